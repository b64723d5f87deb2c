package io.github.kinesisiot.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The endpoint beside a container from which the SDK has the session in force, as ECS and EKS Pod Identity serve it. It hands out one session
 * until half of it has passed, then another, and nothing without the authorization that only the container was given. Thread-safe.
 */
final class ContainerCredentials implements SourceCredentials {
    private static final String PATH = "/v1/credentials";

    private final Clock clock;
    private final Identities identities;
    private final Duration lifetime;
    private final Optional<SecretFile> authorizationFile;
    private final HttpServer server;
    private String authorization;
    private Optional<Identity> current = Optional.empty();
    private boolean paused;

    /** @param authorizationFile where the authorization is; in the environment when empty */
    ContainerCredentials(Clock clock, Identities identities, Duration lifetime, Optional<Path> authorizationFile) {
        this.clock = clock;
        this.identities = identities;
        this.lifetime = lifetime;
        this.authorizationFile = authorizationFile.map(SecretFile::new);
        replaceAuthorization();
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the credentials endpoint cannot listen", e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:" + server.getAddress().getPort() + PATH);
        authorizationFile.ifPresentOrElse(
                file -> environment.put(
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.path().toString()),
                () -> environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", authorization()));
        return environment;
    }

    @Override
    public List<Session> sessions() {
        return identities.sourceSessions();
    }

    @Override
    public synchronized void pauseRotation() {
        paused = true;
    }

    @Override
    public synchronized void resumeRotation() {
        paused = false;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** The former one is worth nothing from now on. */
    synchronized void replaceAuthorization() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        authorization = HexFormat.of().formatHex(random);
        authorizationFile.ifPresent(file -> file.replace(authorization));
    }

    private synchronized String authorization() {
        return authorization;
    }

    private synchronized Identity session() {
        Instant now = clock.instant();
        boolean old = current.flatMap(Identity::issuedAt)
                .map(issued -> !now.isBefore(issued.plus(lifetime.dividedBy(2))))
                .orElse(true);
        if (current.isEmpty() || old && !paused) {
            current = Optional.of(identities.issueSource("container", lifetime));
        }
        return current.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                send(exchange, 404, Map.of("code", "NotFound", "message", "404 page not found"));
            } else if (given == null) {
                send(
                        exchange,
                        400,
                        Map.of("code", "InvalidRequest", "message", "Service account token cannot be empty"));
            } else if (!given.equals(authorization())) {
                send(
                        exchange,
                        400,
                        Map.of(
                                "code",
                                "InvalidTokenException",
                                "message",
                                "The token included in the request is not valid"));
            } else {
                send(exchange, 200, answer(session()));
            }
        }
    }

    private static Map<String, String> answer(Identity session) {
        return Map.of(
                "AccessKeyId", session.accessKeyId(),
                "SecretAccessKey", session.secretAccessKey(),
                "Token", session.sessionToken().orElseThrow(),
                "AccountId", session.accountId(),
                "RoleArn", session.principalArn(),
                "Expiration",
                        session.expiresAt()
                                .orElseThrow()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
    }

    private static void send(HttpExchange exchange, int status, Map<String, String> document) throws IOException {
        byte[] body = Json.write(document).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
