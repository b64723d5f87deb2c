package io.github.kinesisiot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.time.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process, from its first line to its last. Nothing answers anywhere: the worst that a healthy bridge meets. */
class LogIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "KINESIS_STREAM", "readings",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
            "IOT_ENDPOINT", "127.0.0.1:9",
            "IOT_REGION", "eu-west-1",
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "secret",
            "AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"));

    // One line that is no JSON is one that the collector throws away, or worse, stops at.
    @Test
    void withJsonEveryLineIsAnObjectFromTheFirstToTheShutdown() throws Exception {
        settings.put("LOG_FORMAT", "json");
        try (var bridge = run()) {
            awaitWords(bridge, "stream-unavailable", "session-failed");
            assertThat(bridge.stop()).contains(143);
            List<JsonNode> lines = json(bridge);
            assertThat(lines).allSatisfy(line -> {
                assertThat(line.path("timestamp").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z");
                assertThat(line.path("message").textValue()).isNotEmpty();
            });
            assertThat(lines.get(lines.size() - 1).path("event").textValue()).isEqualTo("shutdown-done");
            assertThat(lines)
                    .filteredOn(line -> line.path("event").asText().equals("session-failed"))
                    .first()
                    .satisfies(
                            line -> assertThat(line.path("reason").textValue()).isEqualTo("UNREACHABLE"));
        }
    }

    // The stack traces of KCL and the SDK came at every try. That what repeats is a line a minute, RepeatedFaultTest
    // shows.
    @Test
    void anOutageOfEverythingIsALineForEachFaultAndTheLastLineIsTheEndOfTheShutdown() {
        try (var bridge = run()) {
            awaitWords(bridge, "stream-unavailable - ", "session-failed - ");
            // Many tries, and few lines.
            await().until(() -> {
                bridge.check();
                return bridge.figures()
                                .map(figures -> figures.sum("bridge_session_failures_total", "")
                                        .orElse(0))
                                .orElse(0.0)
                        >= 6;
            });
            assertThat(bridge.stop()).contains(143);
            assertThat(bridge.log()).doesNotContain("\tat ");
            List<String> lines = bridge.log().lines().toList();
            assertThat(lines.get(lines.size() - 1)).contains("INFO  shutdown-done - Shut down in ");
            for (String event : List.of("call-failed", "session-failed", "stream-unavailable")) {
                assertThat(lines)
                        .filteredOn(line -> line.contains(" " + event + " - "))
                        .as(event)
                        .hasSizeLessThan(4);
            }
            assertThat(lines)
                    .filteredOn(line -> line.contains(" library-fault - "))
                    .hasSizeLessThan(4);
        }
    }

    // Whoever mounts a config/ with nothing but settings in it saw no line at all, and no JSON where it was asked for.
    @Test
    void withoutAFileForTheLogItIsTheOneThatIsShipped() throws Exception {
        Path home = Files.createDirectory(directory.resolve("mounted"));
        Path file = Files.createDirectory(home.resolve("config")).resolve("application.properties");
        // The last line of both starts is that there is no route.
        settings.put("IOT_TOPICS", "x");
        Files.writeString(file, "max-attempts=3\n");
        try (var bridge = BridgeProcess.start(settings, directory, home)) {
            assertThat(bridge.awaitExit(Patience.LONG)).contains(1);
            assertThat(bridge.log())
                    .containsPattern("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+\\S+ WARN  setting-suspect - IOT_TOPICS ")
                    .contains("Could not start: ");
        }
        Files.writeString(file, "log.format=json\n");
        try (var bridge = BridgeProcess.start(settings, directory, home)) {
            assertThat(bridge.awaitExit(Patience.LONG)).contains(1);
            assertThat(json(bridge))
                    .extracting(line -> line.path("event").asText())
                    .containsExactly("setting-suspect", "start-failed");
        }
    }

    // With sentences on stderr a collector of JSON does not see why nothing runs.
    @Test
    void withJsonARefusalIsAnEventToo() throws Exception {
        settings.put("LOG_FORMAT", "json");
        settings.put("IOT_CONNECTIONS", "many\u2028");
        settings.remove("KINESIS_STREAM");
        try (var bridge = run()) {
            assertThat(bridge.awaitExit(Patience.LONG)).contains(2);
            assertThat(json(bridge))
                    .extracting(line -> line.path("event").asText() + " "
                            + line.path("setting").asText() + " "
                            + line.path("exit_code").asText())
                    .containsExactlyInAnyOrder("setting-refused kinesis.stream 2", "setting-refused iot.connections 2");
        }
        settings.put("KINESIS_STREAM", "readings");
        settings.remove("IOT_CONNECTIONS");
        Path home = Files.createDirectory(directory.resolve("empty"));
        Files.createDirectory(home.resolve("config"));
        Files.copy(Path.of("config/log4j2.properties"), home.resolve("config/log4j2.properties"));
        try (var bridge = BridgeProcess.start(settings, directory, home)) {
            assertThat(bridge.awaitExit(Patience.LONG)).contains(1);
            List<JsonNode> lines = json(bridge);
            assertThat(lines.get(lines.size() - 1).path("event").asText()).isEqualTo("start-failed");
        }
    }

    // An unknown format must not be taken for one of the two.
    @Test
    void anUnknownFormatIsRefusedInSentences() {
        settings.put("LOG_FORMAT", "xml");
        try (var bridge = run()) {
            assertThat(bridge.awaitExit(Patience.LONG)).contains(2);
            assertThat(bridge.log()).contains("log.format", "one of plain, json");
        }
    }

    private BridgeProcess run() {
        return BridgeProcess.start(settings, directory);
    }

    private static void awaitWords(BridgeProcess bridge, String... words) {
        await().until(() -> {
            bridge.check();
            String log = bridge.log();
            return List.of(words).stream().allMatch(log::contains);
        });
    }

    /** Without the line of the script that holds the process, and what Java 24 and newer say on stderr, where no program can keep them from it. */
    private static List<JsonNode> json(BridgeProcess bridge) throws JsonProcessingException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : bridge.log().lines().toList()) {
            if (!line.matches("process \\d+|WARNING: .*")) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }
}
