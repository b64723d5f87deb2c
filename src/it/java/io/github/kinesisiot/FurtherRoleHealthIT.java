package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The readiness of a bridge that needs more than one role. */
class FurtherRoleHealthIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    // A bridge whose second role is refused publishes nothing any more, since each record needs both: a readiness that
    // knows the first alone says all is
    // well.
    @Test
    void readinessNamesTheRoleThatCannotBeAssumedAndOnlyThatOne() throws Exception {
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults().shards(1))) {
            var target = cloud.secondTarget();
            Map<String, String> settings = new HashMap<>(cloud.environment());
            settings.put("SECOND_ROLE_ARN", target.roleArn() + "-of-nobody");
            settings.put("SECOND_IOT_ENDPOINT", target.iot().endpoint());
            settings.put("SECOND_IOT_REGION", settings.get("IOT_REGION"));
            settings.put("IOT_CONNECTIONS", "1");
            Path home = home();
            try (var bridge = BridgeProcess.start(settings, cloud.directory(), home)) {
                awaitStates(bridge, "UP", "DOWN");
                assertThat(readiness(bridge).orElseThrow().status()).isEqualTo(503);
                // Who, which action, which role.
                assertThat(bridge.log()).contains("sts:AssumeRole on " + settings.get("SECOND_ROLE_ARN"));
            }
            settings.put("SECOND_ROLE_ARN", target.roleArn());
            try (var bridge = BridgeProcess.start(settings, cloud.directory(), home)) {
                awaitStates(bridge, "UP", "UP");
                await().atMost(LIMIT).until(bridge::ready);
                assertThat(bridge.stop()).contains(143);
            }
        }
    }

    private static void awaitStates(BridgeProcess bridge, String first, String second) {
        await().atMost(LIMIT).untilAsserted(() -> {
            bridge.check();
            Optional<Readiness> readiness = readiness(bridge);
            assertThat(readiness).isPresent();
            assertThat(readiness.get().checks())
                    .containsEntry("session", first)
                    .containsEntry("session-second", second);
        });
    }

    private record Readiness(int status, Map<String, String> checks) {}

    private static Optional<Readiness> readiness(BridgeProcess bridge) {
        return bridge.answer("/observe/health/ready").map(answer -> {
            Map<String, String> checks = new HashMap<>();
            try {
                for (JsonNode check : JSON.readTree(answer.body()).path("checks")) {
                    checks.put(check.path("name").asText(), check.path("status").asText());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Readiness(answer.status(), checks);
        });
    }

    /** The project's folder as a user has it who follows the example's first lines. */
    private Path home() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        for (String shipped : List.of("assume-role", "error-handling", "dead-letter")) {
            Files.copy(Path.of("routes", shipped + ".camel.yaml"), routes.resolve(shipped + ".camel.yaml"));
        }
        Files.copy(Path.of("examples/two-targets.camel.yaml"), routes.resolve("kinesis-to-iot.camel.yaml"));
        Path config = Files.createDirectory(directory.resolve("config"));
        for (String shipped : List.of("application.properties", "log4j2.properties")) {
            Files.copy(Path.of("config", shipped), config.resolve(shipped));
        }
        return directory;
    }
}
