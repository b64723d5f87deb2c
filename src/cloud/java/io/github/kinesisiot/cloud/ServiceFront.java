package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What clients of an emulator connect to, over HTTP/1.1 or HTTP/2. It refuses what AWS refuses, each signature first of all, fails as it is
 * told to, and passes on the rest. The emulator itself keeps what it holds through every fault. Thread-safe.
 */
public final class ServiceFront implements AutoCloseable {
    private static final Set<String> NOT_PASSED_ON = Set.of("connection", "keep-alive", "transfer-encoding");
    private static final Pattern ACCESS_KEY = Pattern.compile("Credential=([^/]+)/");
    private static final String TARGET = "X-Amz-Target";

    private static final long SLOW_MILLIS = 3_000;

    private final Vertx vertx;
    private final int emulatorPort;
    private final HttpClient emulator;
    private final int port;
    private final AwsService service;
    private final String account;
    private final String region;
    private final Clock clock;
    private final SigV4Verifier verifier;
    private final Function<String, Optional<Identity>> identities;
    private final ServiceRules rules;
    private final Set<ServiceCall> calls = ConcurrentHashMap.newKeySet();
    private final List<HttpServerRequest> hanging = new CopyOnWriteArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private volatile FaultSwitch fault = FaultSwitch.none();
    private HttpServer server;

    ServiceFront(
            Vertx vertx,
            int emulatorPort,
            AwsService service,
            String account,
            String region,
            Clock clock,
            Function<String, Optional<Identity>> identities,
            ServiceRules rules) {
        this.vertx = vertx;
        this.service = service;
        this.account = account;
        this.region = region;
        this.clock = clock;
        this.verifier = new SigV4Verifier(service.id(), region, Optional.of(account), clock, identities);
        this.identities = identities;
        this.rules = rules;
        this.emulatorPort = emulatorPort;
        this.emulator = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(1_000)
                .setKeepAliveTimeout(15)
                .setTcpNoDelay(true));
        this.server = listen(0);
        this.port = server.actualPort();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Requests that have come in, refused ones included. */
    public long requests() {
        return requests.get();
    }

    /** The different calls that have come in since {@link #forgetCalls()}, refused ones included, in no order. */
    public Set<ServiceCall> calls() {
        return Set.copyOf(calls);
    }

    public void forgetCalls() {
        calls.clear();
    }

    /**
     * What to do to requests from now on; requests that hang under the previous fault are dropped.
     *
     * @param operations such as {@code GetRecords}: these alone; without any, all that the fault can happen to
     */
    public void fault(ServiceFault changed, String... operations) {
        change(changed == ServiceFault.NONE ? fault.over() : FaultSwitch.of(changed, Set.of(operations)));
    }

    /** As {@link #fault}, for GetRecords and SubscribeToShard of one shard, of whatever stream: all else is answered. */
    public void faultOnShard(ServiceFault changed, String shardId) {
        change(FaultSwitch.ofShard(changed, shardId));
    }

    private void change(FaultSwitch changed) {
        fault = changed;
        hanging.forEach(request -> request.connection().close());
        hanging.clear();
    }

    /** The requests that the fault in force has happened to, or the last one when there is none. Begins at 0 with each fault. */
    public long met() {
        return fault.met();
    }

    /** Closes every connection and refuses new ones until {@link #up()}. */
    public synchronized void down() {
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
        fault(ServiceFault.NONE);
        down();
    }

    private HttpServer listen(int wanted) {
        HttpServer created = vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true));
        created.requestHandler(this::handle);
        created.exceptionHandler(ended -> {});
        return Futures.await(created.listen(wanted, "127.0.0.1"));
    }

    private void handle(HttpServerRequest request) {
        requests.incrementAndGet();
        request.exceptionHandler(ended -> {});
        calls.add(seen(request));
        request.body().onSuccess(body -> handle(request, body));
    }

    private void handle(HttpServerRequest request, Buffer body) {
        WireFormat format = WireFormat.of(request.getHeader(TARGET), request.getHeader("Content-Type"));
        FrontCall call;
        try {
            call = new FrontCall(service, account, region, operation(request), format, format.read(body.getBytes()));
        } catch (IOException e) {
            refuse(request, format, Refusals.refused("SerializationException", "The request cannot be read."));
            return;
        }
        Exchange exchange = new Exchange(request, body, call);
        FaultSwitch now = fault;
        if (!now.meets(call.operation(), rules.place(call))) {
            judge(exchange, Optional.empty());
            return;
        }
        switch (now.fault()) {
            case HANG -> hanging.add(request);
            case RESET -> reset(request, now);
            case SLOW -> vertx.setTimer(SLOW_MILLIS, late -> judge(exchange, Optional.empty()));
            case GARBAGE ->
                request.response()
                        .putHeader("Content-Type", "text/html")
                        .end("<html><body>Please log in</body></html>");
            default -> judge(exchange, Optional.of(now.fault()));
        }
    }

    /** A request, and what it is. */
    private record Exchange(HttpServerRequest request, Buffer body, FrontCall call) {}

    private static void reset(HttpServerRequest request, FaultSwitch met) {
        if (met.limited() && request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }

    private ServiceCall seen(HttpServerRequest request) {
        Matcher key = ACCESS_KEY.matcher(String.valueOf(request.getHeader("Authorization")));
        Optional<Identity> signer = key.find() ? identities.apply(key.group(1)) : Optional.empty();
        return new ServiceCall(
                operation(request),
                signer.map(Identity::arn).orElse(""),
                signer.map(Identity::sessionNumber).orElse(0L));
    }

    private static String operation(HttpServerRequest request) {
        String target = request.getHeader(TARGET);
        // Without a target it is REST.
        return target == null ? request.method() + " " + request.path() : target.substring(target.lastIndexOf('.') + 1);
    }

    /** The signature, then the fault, then the rules: AWS looks at nothing else of a request that is not signed. */
    private void judge(Exchange exchange, Optional<ServiceFault> refused) {
        FrontCall call = exchange.call();
        Identity signer;
        try {
            signer = verifier.verifyHeader(signed(exchange));
        } catch (RefusedException e) {
            refuse(exchange.request(), call.format(), e);
            return;
        }
        if (refused.isPresent()) {
            RefusedException refusal = Refusals.of(refused.get(), call, signer, rules.place(call), clock.instant());
            refuse(exchange.request(), call.format(), refusal);
            return;
        }
        rules.before(call, (operation, question) -> ask(exchange, operation, question))
                .onSuccess(answer -> answer.ifPresentOrElse(
                        own -> end(
                                exchange.request(),
                                200,
                                call.format(),
                                call.format().write(own)),
                        () -> passOn(exchange)))
                .onFailure(e -> {
                    if (e instanceof RefusedException refusal) {
                        refuse(exchange.request(), call.format(), refusal);
                    } else {
                        exchange.request().connection().close();
                    }
                });
    }

    private static SignedRequest signed(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        Map<String, List<String>> headers = new HashMap<>();
        request.headers()
                .names()
                .forEach(name -> headers.put(name, request.headers().getAll(name)));
        if (request.version() == HttpVersion.HTTP_2) {
            // There it goes by another name, and is signed as Host.
            headers.put("host", List.of(String.valueOf(request.authority())));
        }
        String query = request.query() == null ? "" : request.query();
        return new SignedRequest(
                request.method().name(),
                request.path(),
                query,
                headers,
                exchange.body().getBytes());
    }

    private void refuse(HttpServerRequest request, WireFormat format, RefusedException refusal) {
        // Clients of every protocol read the type in the header, if there is one.
        request.response().putHeader("x-amzn-ErrorType", refusal.code());
        end(request, refusal.status(), format, format.write(service, refusal));
    }

    private static void end(HttpServerRequest request, int status, WireFormat format, byte[] body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", format.contentType(request.getHeader("Content-Type")))
                .putHeader("x-amzn-RequestId", UUID.randomUUID().toString())
                .end(Buffer.buffer(body));
    }

    private void passOn(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        emulator.request(request.method(), emulatorPort, "127.0.0.1", request.uri())
                .onSuccess(onward -> {
                    copyHeaders(request, onward);
                    onward.exceptionHandler(ended -> {});
                    // A client that gives up, on a subscription that never ends for one.
                    request.response().closeHandler(closed -> onward.reset());
                    onward.send(exchange.body())
                            .onSuccess(answer -> giveBack(exchange, answer))
                            .onFailure(e -> request.response().reset());
                })
                .onFailure(e -> request.connection().close());
    }

    /** A question of the front itself, in the words and with the signature of the client: the emulators look at neither. */
    private Future<JsonNode> ask(Exchange exchange, String operation, JsonNode question) {
        HttpServerRequest request = exchange.request();
        WireFormat format = exchange.call().format();
        String target = request.getHeader(TARGET);
        return emulator.request(request.method(), emulatorPort, "127.0.0.1", request.uri())
                .compose(onward -> {
                    copyHeaders(request, onward);
                    onward.headers().remove("Content-Length");
                    onward.putHeader(TARGET, target.substring(0, target.lastIndexOf('.') + 1) + operation);
                    return onward.send(Buffer.buffer(format.write(question)));
                })
                .compose(answer -> answer.body()
                        .compose(body -> answer.statusCode() == 200
                                ? Future.succeededFuture(read(format, body))
                                : Future.failedFuture("the emulator refuses " + operation)));
    }

    private void giveBack(Exchange exchange, HttpClientResponse answer) {
        FrontCall call = exchange.call();
        HttpServerResponse response = exchange.request().response();
        boolean error = answer.statusCode() != 200;
        if (call.format() == WireFormat.REST || !error && !rules.watches(call.operation())) {
            copyHead(answer, response, Set.of());
            response.setChunked(answer.getHeader("Content-Length") == null);
            answer.pipeTo(response).onFailure(e -> response.reset());
            return;
        }
        answer.body()
                .onSuccess(body -> rules.after(call, answer.statusCode(), read(call.format(), body))
                        .ifPresentOrElse(refusal -> refuse(exchange.request(), call.format(), refusal), () -> {
                            copyHead(answer, response, Set.of("content-length"));
                            response.end(body);
                        }))
                .onFailure(e -> response.reset());
    }

    private static JsonNode read(WireFormat format, Buffer body) {
        try {
            return format.read(body.getBytes());
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static void copyHeaders(HttpServerRequest request, HttpClientRequest onward) {
        request.headers().forEach((name, value) -> {
            if (passedOn(name)) {
                onward.putHeader(name, value);
            }
        });
    }

    private static void copyHead(HttpClientResponse answer, HttpServerResponse response, Set<String> without) {
        response.setStatusCode(answer.statusCode());
        answer.headers().forEach((name, value) -> {
            if (passedOn(name) && !without.contains(name.toLowerCase(Locale.ROOT))) {
                response.putHeader(name, value);
            }
        });
    }

    private static boolean passedOn(String header) {
        return !NOT_PASSED_ON.contains(header.toLowerCase(Locale.ROOT));
    }
}
