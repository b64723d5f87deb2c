package io.github.kinesisiot.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ManagementPort.Answer;
import io.github.kinesisiot.time.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** What the probes are told by the program as it runs. */
class HealthIT {

    private static final Duration LIMIT = Patience.LONG;
    private static final Duration ROUND_TRIP = Duration.ofSeconds(6);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private static LocalCloud cloud;

    private String stream;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start();
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    @BeforeEach
    void makeStream(TestInfo test) {
        stream = test.getTestMethod().orElseThrow().getName();
        cloud.createStream(stream, 1);
    }

    @AfterEach
    void heal() {
        cloud.sts().up();
        cloud.iot().fault(GateFault.NONE);
        cloud.iot().roundTrip(Duration.ZERO);
    }

    // A check without a sentence sends whoever is on call to the source code.
    @Test
    void everyCheckSaysInASentenceHowItIs() {
        cloud.sts().down();
        cloud.iot().fault(GateFault.REFUSE);
        try (var bridge = start()) {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(
                            messages(bridge, "/observe/health/ready", 503).get("session"))
                    .contains("no connection to STS. Check "));
            assertThat(messages(bridge, "/observe/health/ready", 503))
                    .hasEntrySatisfying("connections", says("none of 10 connections is up: waiting for a session"));
            cloud.sts().up();
            await().atMost(LIMIT).untilAsserted(() -> assertThat(
                            messages(bridge, "/observe/health/ready", 503).get("connections"))
                    .contains("none of 10 connections is up", "403"));
            assertThat(bridge.answer("/observe/health/live"))
                    .as("what is wrong is outside the process")
                    .map(Answer::status)
                    .contains(200);
            cloud.iot().fault(GateFault.NONE);
            await().atMost(LIMIT).until(bridge::ready);
            Map<String, String> all = messages(bridge, "/observe/health", 200);
            assertThat(all).containsKeys("context", "process", "stream", "session", "connections", "hold");
            assertThat(all.values()).allSatisfy(message -> assertThat(message).isNotBlank());
            assertThat(all)
                    .hasEntrySatisfying("stream", says("reading 1 shard"))
                    .hasEntrySatisfying("session", says(" is valid until 20"))
                    .hasEntrySatisfying("hold", says("not holding"))
                    .hasEntrySatisfying("process", says("all timers run"))
                    .hasEntrySatisfying("context", says("started"));
            assertThat(bridge.stop()).contains(143);
        }
    }

    // A container on its way down that is ready gets traffic and rollouts counted on it; one that is not alive is
    // killed while it drains.
    @Test
    void fromSigtermToTheLastPubackItIsAliveAndNotReady() {
        try (var bridge = start()) {
            await().atMost(LIMIT).until(bridge::ready);
            cloud.iot().roundTrip(ROUND_TRIP);
            put("slow");
            await().atMost(LIMIT)
                    .until(() -> bridge.figures()
                                    .map(figures -> figures.sum("bridge_publishes_in_flight", "")
                                            .orElse(0))
                                    .orElse(0.0)
                            == 1);
            long begin = System.nanoTime();
            bridge.terminate();
            await().atMost(ROUND_TRIP.minusSeconds(1))
                    .untilAsserted(() -> assertThat(messages(bridge, "/observe/health/ready", 503))
                            .hasEntrySatisfying("context", says("shutting down")));
            List<Optional<Integer>> ready = new ArrayList<>();
            List<Optional<Integer>> live = new ArrayList<>();
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
                ready.add(bridge.answer("/observe/health/ready").map(Answer::status));
                live.add(bridge.answer("/observe/health/live").map(Answer::status));
                return bridge.awaitExit(Duration.ZERO).isPresent();
            });
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(bridge.awaitExit(Duration.ZERO)).contains(143);
            assertThat(took).as("the drain waits for the PUBACK").isGreaterThan(ROUND_TRIP.minusSeconds(3));
            // The port closes with the context, some moments before the JVM is gone; and a busy machine does not always
            // answer in time.
            assertThat(ready.stream().flatMap(Optional::stream))
                    .as("ready, of " + ready)
                    .hasSizeGreaterThan(3)
                    .containsOnly(503);
            assertThat(live.stream().flatMap(Optional::stream))
                    .as("live, of " + live)
                    .hasSizeGreaterThan(3)
                    .containsOnly(200);
        }
    }

    private BridgeProcess start() {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", stream);
        return BridgeProcess.start(settings, directory);
    }

    private void put(String text) {
        cloud.kinesis()
                .putRecord(request ->
                        request.streamName(stream).partitionKey("device").data(SdkBytes.fromUtf8String(text)));
    }

    private static Consumer<String> says(String part) {
        return message -> assertThat(message).contains(part);
    }

    /** The message of each check, by its name. */
    private static Map<String, String> messages(BridgeProcess bridge, String path, int status) {
        Answer answer = bridge.answer(path).orElseThrow(() -> new AssertionError("no answer; " + bridge.lastWords()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        Map<String, String> messages = new HashMap<>();
        try {
            for (JsonNode check : JSON.readTree(answer.body()).path("checks")) {
                messages.put(check.path("name").asText(), check.path("message").asText());
            }
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
        return messages;
    }
}
