package io.github.kinesisiot.cloud;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The target account's IoT data endpoint, in front of a real broker: TLS, WebSocket, the presigned URL checked as AWS checks it, and then
 * each MQTT packet of the client ({@link GateSession}). A refused upgrade is the 403 of AWS, with its headers and without a reason;
 * {@link #refusals()} has the reason. What was wrong with a packet is in {@link #verdicts()}.
 *
 * <p>It can be told to fail: an upgrade by {@link #fault(GateFault)}, an open connection by {@link #end}, one to come or a publish by
 * {@link #fault(LinkFault...)}. Thread-safe.
 */
public final class IotGate implements AutoCloseable {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    /** CONNACK: no session, reason 0x87, no properties. */
    private static final byte[] NOT_AUTHORIZED = {0x20, 3, 0, (byte) 0x87, 0};

    private static final byte[] QUOTA_EXCEEDED = {0x20, 3, 0, (byte) 0x97, 0};

    private static final byte[] GARBAGE = "<html><body>Please log in</body></html>".getBytes(StandardCharsets.UTF_8);

    private final Clock clock;
    private final Identities identities;
    private final SigV4Verifier verifier;
    private final String account;
    private final int brokerPort;
    private final PfxOptions key;
    private final boolean closeOnExpiry;
    private final Vertx vertx;
    private final HttpClient broker;
    private final int port;
    private final GateState state;
    private final Map<Long, GateSession> live = new ConcurrentHashMap<>();
    private final List<Runnable> hanging = new CopyOnWriteArrayList<>();
    private final List<GateConnection> accepted = new CopyOnWriteArrayList<>();
    private final List<GateRefusal> refusals = new CopyOnWriteArrayList<>();
    private final AtomicLong closedOnExpiry = new AtomicLong();
    private volatile GateFault fault = GateFault.NONE;
    private HttpServer server;

    IotGate(
            Vertx vertx,
            Clock clock,
            Identities identities,
            String account,
            Certificates certificates,
            int brokerPort,
            boolean closeOnExpiry) {
        this.vertx = vertx;
        this.clock = clock;
        this.state = new GateState(clock);
        this.identities = identities;
        this.verifier = new SigV4Verifier("iotdevicegateway", Accounts.TARGET_REGION, clock, identities::find);
        this.account = account;
        this.brokerPort = brokerPort;
        this.closeOnExpiry = closeOnExpiry;
        this.key = new PfxOptions()
                .setPath(certificates.keyStore().toString())
                .setPassword(Certificates.PASSWORD)
                .setAlias(Certificates.ALIAS);
        this.broker = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(true)
                .setMaxPoolSize(10_000)
                .setTcpNoDelay(true)
                .setConnectTimeout(5_000));
        this.server = listen(0);
        this.port = server.actualPort();
    }

    /** {@code localhost:port}, as {@code IOT_ENDPOINT} wants it. */
    public String endpoint() {
        return "localhost:" + port;
    }

    /** Every connection let in so far, with the session that signed it. */
    public List<GateConnection> accepted() {
        return List.copyOf(accepted);
    }

    /** Every upgrade refused so far, with the reason that the client is not told. */
    public List<GateRefusal> refusals() {
        return List.copyOf(refusals);
    }

    /** The connections open now, with those that were left half open. */
    public List<GateConnection> live() {
        return live.values().stream()
                .filter(session -> !session.isLeaving())
                .map(GateSession::connection)
                .toList();
    }

    /** Every CONNECT so far, refused ones too. */
    public List<GateConnect> connects() {
        return state.clientIds.connects();
    }

    /** Every rule that was broken so far, with the answer. */
    public List<GateVerdict> verdicts() {
        return state.verdicts();
    }

    /** How many connections were closed because the session that signed them expired. */
    public long closedOnExpiry() {
        return closedOnExpiry.get();
    }

    /** What the role allows from now on, on open connections too. */
    public void policy(RolePolicy changed) {
        state.policy(changed);
    }

    /** What new connections are held to from now on. */
    public void quotas(IotQuotas changed) {
        state.quotas(changed);
    }

    /**
     * What to do to new connections from now on; upgrades that hang under the previous fault are closed. {@link GateFault#NONE} ends what
     * {@link #fault(LinkFault...)} has begun as well.
     */
    public void fault(GateFault changed) {
        if (changed == GateFault.NONE) {
            state.faults.set();
        } else {
            state.faults.countAnew();
        }
        fault = changed;
        hanging.forEach(Runnable::run);
        hanging.clear();
    }

    /** What to do from now on to connections behind their CONNACK and to publishes, instead of what was told before; the first that applies does. */
    public void fault(LinkFault... changed) {
        state.faults.countAnew();
        state.faults.set(changed);
    }

    /** Ends every open connection so. */
    public void end(Spoil.Ending ending) {
        end(ending, session -> true);
    }

    /** Ends the open connection of that client, if there is one. */
    public void end(Spoil.Ending ending, String clientId) {
        end(ending, session -> session.clientId().equals(clientId));
    }

    private void end(Spoil.Ending ending, Predicate<GateSession> which) {
        live.values().stream()
                .filter(which)
                .filter(session -> !session.isLeaving())
                .forEach(session -> {
                    state.faults.struck(1);
                    session.strike(ending);
                });
    }

    /** Closes every open connection at once, without a word of MQTT. */
    public void cutAll() {
        live.values().forEach(GateSession::cut);
    }

    /** How many connections and publishes a fault has been applied to since one was set; it stays when the fault ends. */
    public long met() {
        return state.faults.met();
    }

    /** Delays what is passed on, half of it in each direction, on open connections too. */
    public void roundTrip(Duration time) {
        state.halfRoundTripNanos(time.toNanos() / 2);
    }

    /** From now on new connections have their publishes counted, which costs this process memory. */
    public void countPublishes() {
        state.countPublishes();
    }

    /** Counts from here on. */
    public void forgetPublishes() {
        state.counted().forEach(PublishTimes::forget);
    }

    /** The most publishes that any counted connection has brought within any stretch of that length. */
    public int busiest(Duration stretch) {
        return state.counted().stream()
                .mapToInt(times -> times.busiest(stretch))
                .max()
                .orElse(0);
    }

    /** The most CONNECTs that any client id has sent within any stretch of that length. */
    public int busiestConnects(Duration stretch) {
        return state.clientIds.busiest(stretch);
    }

    /** Closes every connection and refuses new ones (TCP reset) until {@link #up()}. */
    public synchronized void down() {
        cutAll();
        if (server != null) {
            Futures.await(server.close());
            server = null;
        }
    }

    public synchronized void up() {
        if (server == null) {
            server = listen(port);
        }
    }

    @Override
    public void close() {
        fault(GateFault.NONE);
        down();
    }

    private HttpServer listen(int wanted) {
        HttpServer created = vertx.createHttpServer(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(key)
                .setTcpNoDelay(true)
                .addWebSocketSubProtocol("mqtt")
                .setMaxInitialLineLength(16_384));
        created.requestHandler(this::handle);
        // A tunnel that ends is no event for the server.
        created.exceptionHandler(ended -> {});
        return Futures.await(created.listen(wanted, "127.0.0.1"));
    }

    private void handle(HttpServerRequest request) {
        GateFault met = fault;
        if (met != GateFault.NONE) {
            state.faults.struck(1);
        }
        switch (met) {
            case REFUSE -> refuse(request, new RefusedException(403, "FaultSwitch", "told to refuse everybody"));
            case HANG -> hanging.add(() -> request.connection().close());
            case RESET -> request.connection().close();
            case UNAVAILABLE -> request.response().setStatusCode(503).end();
            case GARBAGE -> answerConnect(request, GARBAGE);
            case NOT_AUTHORIZED -> answerConnect(request, NOT_AUTHORIZED);
            case THROTTLE -> answerConnect(request, QUOTA_EXCEEDED);
            case NONE -> {
                try {
                    tunnel(request, verify(request));
                } catch (RefusedException e) {
                    refuse(request, e);
                }
            }
        }
    }

    private static void answerConnect(HttpServerRequest request, byte[] answer) {
        request.toWebSocket()
                .onSuccess(socket -> socket.binaryMessageHandler(connect -> {
                    socket.writeBinaryMessage(Buffer.buffer(answer));
                    socket.close();
                }));
    }

    private Identity verify(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET || !"/mqtt".equals(request.path())) {
            throw new RefusedException(403, "NotMqtt", request.method() + " " + request.path());
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            throw new RefusedException(403, "NotAnUpgrade", "no Upgrade: websocket");
        }
        if (!"mqtt".equals(request.getHeader("Sec-WebSocket-Protocol"))) {
            throw new RefusedException(403, "NotMqtt", "Sec-WebSocket-Protocol is not mqtt");
        }
        String query = request.query() == null ? "" : request.query();
        Map<String, List<String>> headers = new HashMap<>();
        request.headers()
                .names()
                .forEach(name -> headers.put(name, request.headers().getAll(name)));
        Identity identity =
                verifier.verifyWebSocketUrl(new SignedRequest("GET", request.path(), query, headers, new byte[0]));
        if (!identity.isAssumedRole() || !identity.accountId().equals(account)) {
            throw new RefusedException(403, "WrongAccount", identity.arn() + " has no rights in account " + account);
        }
        if (identities.isRevoked(identity)) {
            throw new RefusedException(403, "RevokedSession", identity.arn() + " is older than AWSRevokeOlderSessions");
        }
        return identity;
    }

    private void tunnel(HttpServerRequest request, Identity identity) {
        request.pause();
        AtomicBoolean left = new AtomicBoolean();
        request.connection().closeHandler(closed -> left.set(true));
        broker.request(HttpMethod.GET, brokerPort, "127.0.0.1", "/mqtt")
                .compose(upstream -> {
                    request.headers().forEach((name, value) -> {
                        // Compressed frames could not be read in between.
                        if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Sec-WebSocket-Extensions")) {
                            upstream.putHeader(name, value);
                        }
                    });
                    // Told of every tunnel's end; the sockets' own handlers deal with that.
                    upstream.exceptionHandler(ended -> {});
                    return upstream.connect();
                })
                .onSuccess(answer -> join(request, answer, identity, left))
                .onFailure(e -> request.response().setStatusCode(503).end());
    }

    private void join(HttpServerRequest request, HttpClientResponse answer, Identity identity, AtomicBoolean left) {
        if (answer.statusCode() != 101) {
            request.response().setStatusCode(502).end();
            return;
        }
        NetSocket upstream = answer.netSocket().pause();
        if (left.get()) {
            upstream.close();
            return;
        }
        request.response().setStatusCode(answer.statusCode());
        request.response().headers().setAll(answer.headers());
        try {
            request.toNetSocket()
                    .onSuccess(client -> {
                        opened(client, upstream, identity);
                        upstream.resume();
                        client.resume();
                    })
                    .onFailure(e -> upstream.close());
        } catch (RuntimeException e) {
            // The client is leaving right now: its connection cannot be turned into a tunnel any more.
            upstream.close();
        }
    }

    private void opened(NetSocket client, NetSocket upstream, Identity identity) {
        GateConnection connection;
        synchronized (accepted) {
            connection = new GateConnection(accepted.size() + 1L, identity.sessionNumber(), clock.instant());
            accepted.add(connection);
        }
        GateSession session = new GateSession(vertx, state, connection, client, upstream);
        live.put(connection.id(), session);
        session.start(() -> live.remove(connection.id()));
        if (closeOnExpiry) {
            Instant end = identity.expiresAt().orElseThrow();
            vertx.setTimer(Math.max(1, Duration.between(clock.instant(), end).toMillis()), timer -> {
                if (live.containsKey(connection.id())) {
                    closedOnExpiry.incrementAndGet();
                    session.cut();
                }
            });
        }
    }

    private void refuse(HttpServerRequest request, RefusedException refusal) {
        refusals.add(new GateRefusal(clock.instant(), refusal.code(), refusal.getMessage()));
        String trace = UUID.randomUUID().toString();
        request.response()
                .setStatusCode(403)
                .putHeader("content-type", "application/json")
                .putHeader("date", HTTP_DATE.format(clock.instant()))
                .putHeader("x-amzn-RequestId", trace)
                .putHeader("x-amzn-ErrorType", "ForbiddenException:")
                .end(Buffer.buffer("{\"message\":\"Forbidden\",\"traceId\":\"" + trace + "\"}"));
    }
}
