package io.github.kinesisiot.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * AWS STS for the accounts: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity, with every signature checked and with AWS's own error
 * codes, status and sentences. Sessions may last seconds, although DurationSeconds is held to AWS's range. Thread-safe.
 */
public final class StsServer implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(3);

    private final Clock clock;
    private final Identities identities;
    private final SigV4Verifier verifier;
    private final StsActions actions;
    private final List<StsCall> calls = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "local-sts");
        thread.setDaemon(true);
        return thread;
    });
    private final Object faultChanged = new Object();
    private StsFault fault = StsFault.NONE;
    private Optional<String> faultyAction = Optional.empty();
    private long met;
    private HttpServer server;
    private final int port;

    StsServer(Clock clock, Identities identities, StsActions actions) {
        this.clock = clock;
        this.identities = identities;
        this.verifier = new SigV4Verifier("sts", Accounts.SOURCE_REGION, clock, identities::find);
        this.actions = actions;
        this.server = listen(0);
        this.port = server.getAddress().getPort();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** All requests answered so far, refused ones included. */
    public List<StsCall> calls() {
        return List.copyOf(calls);
    }

    public long assumeRoleCalls() {
        return calls.stream().filter(call -> call.action().equals("AssumeRole")).count();
    }

    /** The sessions of the target's role issued so far, in order: number 1 first. */
    public List<Session> sessions() {
        return identities.sessions();
    }

    /** From now on sessions last this long. */
    public void sessionLifetime(Duration lifetime) {
        actions.trust(actions.trust().withSessionLifetime(lifetime));
    }

    /** The target's role is told to "revoke active sessions": those that were issued before now are denied everything. */
    public void revokeOlderSessions() {
        identities.revokeOlderSessions(Accounts.ROLE_ARN);
    }

    /** What to do to requests from now on; requests that hang under the previous fault are let go. */
    public void fault(StsFault changed) {
        fault(changed, Optional.empty());
    }

    /** What to do from now on to the requests of one action, e.g. {@code AssumeRole}; the others are answered. */
    public void fault(StsFault changed, String action) {
        fault(changed, Optional.of(action));
    }

    private void fault(StsFault changed, Optional<String> action) {
        synchronized (faultChanged) {
            fault = changed;
            faultyAction = action;
            met = 0;
            faultChanged.notifyAll();
        }
    }

    /** How many requests the fault set last has been applied to, those included that got no answer. */
    public long met() {
        synchronized (faultChanged) {
            return met;
        }
    }

    /** Connections are refused until {@link #up()}. */
    public synchronized void down() {
        if (server != null) {
            server.stop(0);
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
        fault(StsFault.NONE);
        down();
        threads.shutdownNow();
    }

    private HttpServer listen(int wanted) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
            started.createContext("/", this::handle);
            started.setExecutor(threads);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("STS cannot listen on port " + wanted, e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String requestId = UUID.randomUUID().toString();
            byte[] body = exchange.getRequestBody().readAllBytes();
            StsParameters parameters;
            try {
                parameters = StsParameters.parse(body);
            } catch (RefusedException e) {
                send(exchange, e.status(), StsXml.error(e, requestId), requestId);
                return;
            }
            StsFault applied = meet(parameters.action());
            switch (applied) {
                case HANG, RESET -> {
                    // The connection is closed without an answer.
                }
                case GARBAGE -> send(exchange, 200, "<html><body>Please log in</body></html>", requestId);
                case SLOW -> {
                    LockSupport.parkNanos(SLOW.toNanos());
                    answer(exchange, body, parameters, applied, requestId);
                }
                default -> answer(exchange, body, parameters, applied, requestId);
            }
        }
    }

    private void answer(
            HttpExchange exchange, byte[] body, StsParameters parameters, StsFault applied, String requestId)
            throws IOException {
        Optional<Identity> caller = Optional.empty();
        try {
            refuseUnasked(applied);
            if (!parameters.action().equals(StsActions.WEB_IDENTITY)) {
                caller = Optional.of(verifier.verifyHeader(signed(exchange, body)));
            }
            if (applied == StsFault.ACCESS_DENIED) {
                throw StsActions.denied(caller, parameters);
            }
            String answer = actions.answer(caller, parameters, requestId);
            record(caller, parameters, "OK");
            send(exchange, 200, answer, requestId);
        } catch (RefusedException e) {
            record(caller, parameters, e.code());
            send(exchange, e.status(), StsXml.error(e, requestId), requestId);
        }
    }

    private void record(Optional<Identity> caller, StsParameters parameters, String outcome) {
        calls.add(new StsCall(
                Instant.now(clock),
                parameters.action(),
                caller.map(Identity::arn).orElse(""),
                caller.map(Identity::accessKeyId).orElse(""),
                Map.copyOf(parameters.withoutSecrets()),
                outcome));
    }

    /** The fault that applies to a request of this action, counted; returns from a hang when that is over. */
    private StsFault meet(String action) {
        synchronized (faultChanged) {
            if (fault == StsFault.NONE || !faultyAction.map(action::equals).orElse(true)) {
                return StsFault.NONE;
            }
            met++;
            StsFault applied = fault;
            try {
                while (applied == StsFault.HANG && fault == StsFault.HANG) {
                    faultChanged.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return applied;
        }
    }

    /** For a service that is not well, whoever asks. */
    private static void refuseUnasked(StsFault applied) {
        if (applied == StsFault.THROTTLE) {
            throw new RefusedException(400, "Throttling", "Rate exceeded");
        }
        if (applied == StsFault.INTERNAL_FAILURE) {
            throw new RefusedException(
                    500,
                    "InternalFailure",
                    "The request processing has failed because of an unknown error, exception or failure.");
        }
    }

    private static SignedRequest signed(HttpExchange exchange, byte[] body) {
        URI uri = exchange.getRequestURI();
        return new SignedRequest(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                Optional.ofNullable(uri.getRawQuery()).orElse(""),
                exchange.getRequestHeaders(),
                body);
    }

    private static void send(HttpExchange exchange, int status, String text, String requestId) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
