package io.github.kinesisiot.cloud;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/** The bridge's management port: its readiness and its Prometheus page, read as any monitoring would read them. */
public final class ManagementPort {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    // Without the offer of HTTP/2, which the bridge would only turn down.
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI root;

    public ManagementPort(int port) {
        root = URI.create("http://127.0.0.1:" + port);
    }

    /** Whether the stream is readable, the role assumed and a connection up. */
    public boolean ready() {
        return get("/observe/health/ready").isPresent();
    }

    URI page() {
        return root.resolve("/observe/page");
    }

    /** The page's document; empty while the bridge does not answer. */
    public Optional<String> status() {
        return get("/observe/status");
    }

    /** Empty while the bridge does not answer: it is not up yet, or busy ending. */
    public Optional<Figures> figures() {
        return get("/observe/metrics").map(Figures::new);
    }

    /** Where a scraper finds it. */
    String authority() {
        return root.getAuthority();
    }

    private Optional<String> get(String path) {
        return answer(path).filter(answer -> answer.status() == 200).map(Answer::body);
    }

    /** Empty while nobody answers. The request's own limit ends with the head of the answer; this one is for all of it. */
    Optional<Answer> answer(String path) {
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path)).build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) ->
                        Optional.ofNullable(answer).map(given -> new Answer(given.statusCode(), given.body())))
                .join();
    }

    /** To one request, whatever its status. */
    public record Answer(int status, String body) {}

    /** One reading of the page. */
    public record Figures(String text) {

        /** Over all series of that name whose labels contain the given text; empty when there are none. */
        public OptionalDouble sum(String name, String label) {
            return combine(name, label, Double::sum);
        }

        public OptionalDouble max(String name) {
            return combine(name, "", Math::max);
        }

        private OptionalDouble combine(String name, String label, DoubleBinaryOperator combination) {
            Pattern series = Pattern.compile("^" + Pattern.quote(name) + "(\\{.*})? .*");
            DoubleStream values = text.lines()
                    .filter(line -> series.matcher(line).matches() && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .filter(value -> !Double.isNaN(value));
            return values.reduce(combination);
        }
    }
}
