package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A real Prometheus on 127.0.0.1 with a configuration of the caller's. What it stores goes with the caller's directory. Thread-safe. */
public final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Pattern READY = Pattern.compile("Server is ready to receive web requests");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildProcess process;
    private final URI api;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    private Prometheus(ChildProcess process, int port) {
        this.process = process;
        this.api = URI.create("http://127.0.0.1:" + port + "/api/v1/");
    }

    /** @param configuration names its rule files relative to its own directory */
    public static Prometheus start(Path configuration, Path directory) {
        int port = Ports.free();
        ChildProcess started = ChildProcess.start(
                "prometheus",
                directory.resolve("prometheus.log"),
                directory,
                Map.of(),
                GRACE,
                List.of(
                        Programs.prometheus("prometheus").toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("stored"),
                        "--web.listen-address=127.0.0.1:" + port));
        try {
            started.awaitLine(READY, START);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        return new Prometheus(started, port);
    }

    /** The health of each target that it scrapes: up, down or unknown. */
    public List<String> targets() {
        return StreamSupport.stream(get("targets").path("activeTargets").spliterator(), false)
                .map(target -> target.path("health").asText())
                .toList();
    }

    /** @param description as its template was filled in */
    public record Alert(String name, Map<String, String> labels, String summary, String description) {}

    public List<Alert> firing() {
        return StreamSupport.stream(get("alerts").path("alerts").spliterator(), false)
                .filter(alert -> alert.path("state").asText().equals("firing"))
                .map(alert -> new Alert(
                        alert.path("labels").path("alertname").asText(),
                        JSON.convertValue(
                                alert.path("labels"),
                                JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class)),
                        alert.path("annotations").path("summary").asText(),
                        alert.path("annotations").path("description").asText()))
                .toList();
    }

    public Set<String> firingNames() {
        return firing().stream().map(Alert::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of all metrics it has stored. */
    public Set<String> metrics() {
        return StreamSupport.stream(get("label/__name__/values").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many series the expression gives now; throws when it is none. */
    public int series(String expression) {
        return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result")
                .size();
    }

    private JsonNode get(String path) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(api.resolve(path)).timeout(LIMIT).build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.body());
            }
            return JSON.readTree(answer.body()).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(process.lastWords(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Prometheus", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
