package io.github.kinesisiot.cloud;

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
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What clients of an emulator connect to: passes requests on, over HTTP/1.1 or HTTP/2, until it is told to fail. The emulator itself
 * keeps what it holds through every fault. Thread-safe.
 */
public final class ServiceFront implements AutoCloseable {
    private static final Set<String> NOT_PASSED_ON = Set.of("connection", "keep-alive", "transfer-encoding");
    private static final Pattern ACCESS_KEY = Pattern.compile("Credential=([^/]+)/");

    private static final long SLOW_MILLIS = 3_000;

    private final Vertx vertx;
    private final int emulatorPort;
    private final HttpClient emulator;
    private final int port;
    private final SigV4Verifier verifier;
    private final Function<String, Optional<Identity>> identities;
    private final Set<ServiceCall> calls = ConcurrentHashMap.newKeySet();
    private final List<HttpServerRequest> hanging = new CopyOnWriteArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong met = new AtomicLong();
    private volatile ServiceFault fault = ServiceFault.NONE;
    private volatile boolean verifying;
    private HttpServer server;

    ServiceFront(
            Vertx vertx, int emulatorPort, SigV4Verifier verifier, Function<String, Optional<Identity>> identities) {
        this.vertx = vertx;
        this.verifier = verifier;
        this.identities = identities;
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

    /** From now on requests over HTTP/1.1 are refused when AWS would refuse their signature; the emulators never do. */
    public void verifySignatures() {
        verifying = true;
    }

    /** What to do to requests from now on; requests that hang under the previous fault are dropped. */
    public void fault(ServiceFault changed) {
        fault = changed;
        met.set(0);
        hanging.forEach(request -> request.connection().close());
        hanging.clear();
    }

    /** Requests that the present fault was applied to, since {@link #fault}. */
    public long met() {
        return met.get();
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
        calls.add(call(request));
        switch (fault) {
            case NONE -> {
                if (verifying && request.version() == HttpVersion.HTTP_1_1) {
                    request.body().onSuccess(body -> passOnVerified(request, body));
                } else {
                    passOn(request);
                }
            }
            case HANG -> {
                met.incrementAndGet();
                hanging.add(request);
            }
            case RESET -> {
                met.incrementAndGet();
                request.connection().close();
            }
            case SLOW -> {
                met.incrementAndGet();
                request.pause();
                vertx.setTimer(SLOW_MILLIS, late -> passOn(request));
            }
            case GARBAGE -> {
                met.incrementAndGet();
                request.response()
                        .putHeader("Content-Type", "text/html")
                        .end("<html><body>Please log in</body></html>");
            }
            case THROTTLE -> refuseByFault(request, 400, "ProvisionedThroughputExceededException");
            case ACCESS_DENIED -> refuseByFault(request, 400, "AccessDeniedException");
            case INTERNAL_FAILURE -> refuseByFault(request, 500, "InternalFailure");
            case EXPIRED_ITERATOR -> refuse(request, ".GetRecords", "ExpiredIteratorException");
            case SUMMARY_DENIED -> refuse(request, ".DescribeStreamSummary", "AccessDeniedException");
        }
    }

    /** Refuses one operation and passes on the others. */
    private void refuse(HttpServerRequest request, String operation, String type) {
        if (String.valueOf(request.getHeader("X-Amz-Target")).endsWith(operation)) {
            refuseByFault(request, 400, type);
        } else {
            passOn(request);
        }
    }

    private void refuseByFault(HttpServerRequest request, int status, String type) {
        met.incrementAndGet();
        refuse(request, status, type);
    }

    private ServiceCall call(HttpServerRequest request) {
        String target = request.getHeader("X-Amz-Target");
        // Without a target it is REST.
        String operation = target == null
                ? request.method() + " " + request.path()
                : target.substring(target.lastIndexOf('.') + 1);
        Matcher key = ACCESS_KEY.matcher(String.valueOf(request.getHeader("Authorization")));
        Optional<Identity> signer = key.find() ? identities.apply(key.group(1)) : Optional.empty();
        return new ServiceCall(
                operation,
                signer.map(Identity::arn).orElse(""),
                signer.map(Identity::sessionNumber).orElse(0L));
    }

    private void passOnVerified(HttpServerRequest request, Buffer body) {
        Map<String, List<String>> headers = new HashMap<>();
        request.headers()
                .names()
                .forEach(name -> headers.put(name, request.headers().getAll(name)));
        String query = request.query() == null ? "" : request.query();
        try {
            verifier.verifyHeader(
                    new SignedRequest(request.method().name(), request.path(), query, headers, body.getBytes()));
        } catch (RefusedException e) {
            refuse(request, e.status(), e.code());
            return;
        }
        emulator.request(request.method(), emulatorPort, "127.0.0.1", request.uri())
                .onSuccess(onward -> {
                    copyHeaders(request, onward);
                    onward.send(body)
                            .onSuccess(answer -> giveBack(request.response(), answer))
                            .onFailure(e -> request.response().reset());
                })
                .onFailure(e -> request.connection().close());
    }

    private static void copyHeaders(HttpServerRequest request, HttpClientRequest onward) {
        request.headers().forEach((name, value) -> {
            if (passedOn(name)) {
                onward.putHeader(name, value);
            }
        });
    }

    /** The error type as a header, which clients of the JSON and of the CBOR protocol read alike. */
    private static void refuse(HttpServerRequest request, int status, String type) {
        request.response()
                .setStatusCode(status)
                .putHeader("x-amzn-ErrorType", type)
                .end();
    }

    private void passOn(HttpServerRequest request) {
        request.pause();
        emulator.request(request.method(), emulatorPort, "127.0.0.1", request.uri())
                .onSuccess(onward -> send(request, onward))
                .onFailure(e -> request.connection().close());
    }

    private void send(HttpServerRequest request, HttpClientRequest onward) {
        copyHeaders(request, onward);
        onward.exceptionHandler(ended -> {});
        // A client that gives up, on a subscription that never ends for one.
        request.response().closeHandler(closed -> onward.reset());
        onward.send(request)
                .onSuccess(answer -> giveBack(request.response(), answer))
                .onFailure(e -> request.response().reset());
    }

    private static void giveBack(HttpServerResponse response, HttpClientResponse answer) {
        response.setStatusCode(answer.statusCode());
        answer.headers().forEach((name, value) -> {
            if (passedOn(name)) {
                response.putHeader(name, value);
            }
        });
        response.setChunked(answer.getHeader("Content-Length") == null);
        answer.pipeTo(response).onFailure(e -> response.reset());
    }

    private static boolean passedOn(String header) {
        return !NOT_PASSED_ON.contains(header.toLowerCase(Locale.ROOT));
    }
}
