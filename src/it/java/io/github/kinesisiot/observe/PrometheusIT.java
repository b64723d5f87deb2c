package io.github.kinesisiot.observe;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Prometheus;
import io.github.kinesisiot.cloud.Prometheus.Alert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * A real Prometheus scrapes a bridge, with the shipped rules in a copy whose minutes are seconds. What takes the bridge more than half a minute to
 * come into is left to {@link AlertRulesIT}.
 */
@Tag("long")
class PrometheusIT {

    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final String STREAM = "made-later";
    private static final int BACKLOG = 200;
    private static final Pattern TEXT = Pattern.compile(".*\\.(md|yaml|yml|json)");
    private static final Pattern METRIC = Pattern.compile("\\bbridge_[a-z_]*[a-z]\\b");

    @TempDir
    Path directory;

    private LocalCloud cloud;
    private int fed;
    private final Map<String, Alert> seen = new TreeMap<>();

    @BeforeEach
    void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults().shards(1).sessionLifetime(SESSION));
    }

    @AfterEach
    void endCloud() {
        cloud.close();
    }

    // A misspelt metric, a label that is not there, a template that cannot be filled in: nobody sees it until the night
    // it should have fired.
    @Test
    void alertsFireAndClearAndEachNamedMetricIsThere() throws Exception {
        try (var bridge = start();
                var prometheus = Prometheus.start(configuration(bridge), directory)) {
            // The stream does not exist yet.
            awaitFiring(prometheus, bridge, "BridgeNoLeases", "BridgeNotReady");
            cloud.createStream(STREAM, 1);
            awaitSilence(prometheus, bridge);
            assertThat(prometheus.targets()).containsExactly("up");

            put("a/b/c/d/e/f/g/h/i");
            awaitFiring(
                    prometheus,
                    bridge,
                    () -> feedTooMuch(bridge),
                    "BridgeDeadLetters",
                    "BridgeQuotaSaturated",
                    "BridgeLagGrowing");
            awaitSilence(prometheus, bridge);

            cloud.sts().down();
            cloud.iot().down();
            put("waits");
            awaitFiring(
                    prometheus,
                    bridge,
                    "BridgeNotConnected",
                    "BridgeNotReady",
                    "BridgeStsFailing",
                    "BridgeSessionNotRenewed",
                    "BridgeShardBlocked",
                    "BridgePublishesFailing");
            cloud.sts().up();
            cloud.iot().up();
            awaitSilence(prometheus, bridge);

            assertThat(seen.values()).allSatisfy(alert -> assertThat(alert.summary() + alert.description())
                    .doesNotContain("<no value>", "<error"));
            assertNamedMetricsExist(prometheus.metrics());
            assertQueriesGiveSomething(prometheus);
            assertConventions(bridge);
            assertThat(bridge.stop()).contains(143);
        }
    }

    private BridgeProcess start() {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", STREAM);
        settings.put("KINESIS_MAX_IN_FLIGHT", "10");
        settings.put("IOT_CONNECTIONS", "1");
        settings.put("IOT_PUBLISH_RATE", "20");
        settings.put("IOT_PUBLISH_TIMEOUT", "2s");
        return BridgeProcess.start(settings, directory);
    }

    private Path configuration(BridgeProcess bridge) throws IOException {
        String rules = Files.readString(Monitoring.ALERTS)
                .replaceAll("for: \\d+m", "for: 1s")
                .replaceAll("\\[\\d+m]", "[8s]")
                .replace("> 60 and deriv", "> 2 and deriv");
        Files.writeString(directory.resolve("alerts.yaml"), rules);
        String scrape = Files.readString(Monitoring.SCRAPE)
                .replaceAll("_interval: \\d+s", "_interval: 1s")
                .replace("localhost:9876", bridge.managementAuthority());
        return Files.writeString(directory.resolve("prometheus.yaml"), scrape);
    }

    /** Half as much again as the bridge settles, and a backlog to begin with: until the alerts are seen, however long the machine takes. */
    private void feedTooMuch(BridgeProcess bridge) {
        double settled = bridge.figures()
                .map(figures -> figures.sum("bridge_records_settled_total", "").orElse(0))
                .orElse(0.0);
        while (fed < BACKLOG + 1.5 * settled) {
            putHundred(fed / 100);
            fed += 100;
        }
    }

    private void awaitFiring(Prometheus prometheus, BridgeProcess bridge, String... names) {
        awaitFiring(prometheus, bridge, () -> {}, names);
    }

    /** @param cause of the alerts, at each look at them */
    private void awaitFiring(Prometheus prometheus, BridgeProcess bridge, Runnable cause, String... names) {
        Set<String> wanted = new TreeSet<>(Set.of(names));
        await().pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            bridge.check();
            cause.run();
            for (Alert alert : prometheus.firing()) {
                seen.put(alert.name(), alert);
                wanted.remove(alert.name());
            }
            assertThat(wanted).as("has not fired").isEmpty();
        });
    }

    private static void awaitSilence(Prometheus prometheus, BridgeProcess bridge) {
        await().pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            bridge.check();
            assertThat(prometheus.firingNames()).as("still fires").isEmpty();
        });
    }

    private static void assertNamedMetricsExist(Set<String> stored) {
        Set<String> named = new TreeSet<>();
        Monitoring.alerts()
                .forEach(alert ->
                        named.addAll(Monitoring.metrics(alert.path("expr").asText())));
        Monitoring.expressions().forEach(expression -> named.addAll(Monitoring.metrics(expression)));
        Stream.of("docs", "deploy").map(Path::of).forEach(folder -> named.addAll(metricsIn(folder)));
        named.removeIf(name -> stored.contains(name + "_bucket"));
        assertThat(stored).containsAll(named);
        Set<String> documented = metricsIn(Path.of("docs/operations.md"));
        assertThat(stored.stream()
                        .filter(name -> name.startsWith("bridge_records_"))
                        .toList())
                .as("the table writes them in short")
                .contains("bridge_records_settled_total", "bridge_records_retried_total");
        Set<String> undocumented = stored.stream()
                .filter(name -> name.startsWith("bridge_") && !name.startsWith("bridge_records_"))
                .filter(name -> !documented.contains(name.replaceAll("_(bucket|count|sum|max)$", "")))
                .filter(name -> !documented.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(undocumented).as("not in docs/operations.md").isEmpty();
    }

    private static Set<String> metricsIn(Path files) {
        try (Stream<Path> all = Files.walk(files)) {
            Set<String> names = new HashSet<>();
            for (Path file :
                    all.filter(path -> TEXT.matcher(path.toString()).matches()).toList()) {
                METRIC.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group()));
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each query of the dashboard is one for Prometheus, and none is about series that there are not. */
    private static void assertQueriesGiveSomething(Prometheus prometheus) {
        List<String> empty = Monitoring.expressions().stream()
                .map(expression -> expression
                        .replace("$__rate_interval", "5m")
                        .replace("$job", ".*")
                        .replace("$instance", ".*"))
                .filter(expression -> !expression.startsWith("ALERTS"))
                .filter(expression -> prometheus.series(expression.replace("[1m]", "[5m]")) == 0)
                .toList();
        assertThat(empty).as("queries without a result").isEmpty();
    }

    private static void assertConventions(BridgeProcess bridge) {
        String own = bridge.figures()
                        .orElseThrow()
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("bridge_") || line.matches("# (HELP|TYPE) bridge_.*"))
                        .collect(Collectors.joining("\n"))
                + "\n";
        assertThat(own).contains("# HELP bridge_record_latency_seconds ");
        Monitoring.Verdict verdict = Monitoring.promtool(own, "check", "metrics");
        assertThat(verdict.output()).isEmpty();
        assertThat(verdict.exitCode()).isZero();
    }

    private void put(String key) {
        cloud.kinesis()
                .putRecord(request ->
                        request.streamName(STREAM).partitionKey(key).data(SdkBytes.fromUtf8String("reading")));
    }

    private void putHundred(int hundred) {
        List<PutRecordsRequestEntry> records = IntStream.range(0, 100)
                .mapToObj(n -> PutRecordsRequestEntry.builder()
                        .partitionKey("device-" + hundred + "-" + n)
                        .data(SdkBytes.fromUtf8String("reading"))
                        .build())
                .toList();
        cloud.kinesis().putRecords(request -> request.streamName(STREAM).records(records));
    }
}
