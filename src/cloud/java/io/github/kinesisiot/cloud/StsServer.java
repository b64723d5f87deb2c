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
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * AWS STS for the two accounts: AssumeRole and GetCallerIdentity, with the signature of every request checked and with AWS's own error
 * codes and status. Sessions may last seconds, although DurationSeconds is held to AWS's range. Thread-safe.
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
    private long met;
    private HttpServer server;
    private final int port;

    StsServer(Clock clock, Identities identities, RoleTrust trust) {
        this.clock = clock;
        this.identities = identities;
        this.verifier = new SigV4Verifier("sts", Accounts.REGION, clock, identities::find);
        this.actions = new StsActions(identities, trust);
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

    /** The sessions issued so far, in order: number 1 first. */
    public List<Session> sessions() {
        return identities.sessions();
    }

    /** From now on sessions last this long. */
    public void sessionLifetime(Duration lifetime) {
        RoleTrust now = actions.trust();
        actions.trust(new RoleTrust(now.externalId(), now.maxSessionDuration(), lifetime));
    }

    /** What to do to requests from now on; requests that hang under the previous fault are let go. */
    public void fault(StsFault changed) {
        synchronized (faultChanged) {
            fault = changed;
            met = 0;
            faultChanged.notifyAll();
        }
    }

    /** Requests that the present fault was applied to, since {@link #fault}. */
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
            synchronized (faultChanged) {
                met += fault == StsFault.NONE ? 0 : 1;
            }
            if (hangs() || now() == StsFault.RESET) {
                return;
            }
            if (now() == StsFault.GARBAGE) {
                send(exchange, 200, "<html><body>Please log in</body></html>", requestId);
                return;
            }
            if (now() == StsFault.SLOW) {
                LockSupport.parkNanos(SLOW.toNanos());
            }
            Map<String, String> parameters = form(body);
            String action = parameters.getOrDefault("Action", "");
            String caller = "";
            try {
                refuseByFault();
                Identity identity = verifier.verifyHeader(signed(exchange, body));
                caller = identity.arn();
                String answer = actions.answer(identity, action, parameters, requestId);
                record(action, caller, parameters, "OK");
                send(exchange, 200, answer, requestId);
            } catch (RefusedException e) {
                record(action, caller, parameters, e.code());
                send(exchange, e.status(), StsActions.error(e, requestId), requestId);
            }
        }
    }

    private void record(String action, String caller, Map<String, String> parameters, String outcome) {
        calls.add(new StsCall(Instant.now(clock), action, caller, Map.copyOf(parameters), outcome));
    }

    /** Whether the request was held back; it then gets no answer. */
    private boolean hangs() {
        synchronized (faultChanged) {
            if (fault != StsFault.HANG) {
                return false;
            }
            try {
                while (fault == StsFault.HANG) {
                    faultChanged.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
    }

    private StsFault now() {
        synchronized (faultChanged) {
            return fault;
        }
    }

    private void refuseByFault() {
        switch (now()) {
            case THROTTLE -> throw new RefusedException(400, "Throttling", "Rate exceeded");
            case ACCESS_DENIED -> throw StsActions.denied(identities.user(), Accounts.ROLE_ARN);
            case INTERNAL_FAILURE ->
                throw new RefusedException(
                        500,
                        "InternalFailure",
                        "The request processing has failed because of an unknown error, exception or failure.");
            case NONE, HANG, RESET, SLOW, GARBAGE -> {
                // Answered as usual.
            }
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

    private static Map<String, String> form(byte[] body) {
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                parameters.put(UriEncoding.decode(parts[0]), UriEncoding.decode(parts[1]));
            }
        }
        return parameters;
    }

    private static void send(HttpExchange exchange, int status, String text, String requestId) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
