package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.time.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.SdkBytes;

/**
 * What becomes of records that the target refuses: some of them, all of them, and those that are published again later. The tests wait for half
 * minutes, so they do it beside each other, each with a cloud of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeadLetterIT {

    private static final Duration LONG_ENOUGH = Patience.LONG;

    private LocalCloud cloud;
    private Subscriber subscriber;
    private Map<String, String> settings;
    private Path deadLetters;

    @BeforeEach
    void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults());
        subscriber = cloud.subscribe("#");
        settings = new HashMap<>(cloud.environment());
        // The broker allows every topic but those below forbidden/.
        settings.put("IOT_TOPIC", "${header.CamelAwsKinesisPartitionKey}");
        deadLetters = cloud.directory().resolve("dead-letter");
    }

    @AfterEach
    void endCloud() {
        cloud.close();
    }

    // A single topic that is not allowed would stay in the window, and hold its shard's checkpoint, until the stream
    // forgets it.
    @Test
    void whatIsNotAllowedWhileOthersAreGoesToTheDeadLetterAndCanBePublishedAgainOnce() throws Exception {
        put("forbidden/1", "first");
        put("forbidden/2", "second");
        put("allowed/1", "third");
        try (var bridge = start()) {
            await().atMost(LONG_ENOUGH).pollInterval(Duration.ofSeconds(1)).until(() -> {
                bridge.check();
                put("allowed/1", "more");
                return letters().size() >= 2;
            });
            await().atMost(LONG_ENOUGH)
                    .until(() -> subscriber.texts("allowed/1").size() > 20);
            assertThat(letters()).hasSize(2).allSatisfy(line -> assertThat(line)
                    .contains("NOT_AUTHORIZED", "iot:Publish"));
            await().atMost(LONG_ENOUGH).until(bridge::ready);
            assertThat(bridge.stop()).contains(143);
        }
        expect(1, ofAllFiles("--rate", "1000"));
        assertThat(letters()).as("refused again, and not stored again").hasSize(2);

        settings.put("IOT_TOPIC", "again/${header.CamelAwsKinesisPartitionKey}");
        settings.put("KINESIS_APPLICATION", "another-bridge");
        assertThat(expect(1, ofAllFiles()))
                .contains("Published 0 dead letters, 2 of another bridge left", "2 letters are of another stream or");
        settings.remove("KINESIS_APPLICATION");
        assertThat(expect(0, ofAllFiles())).contains("Published 2 dead letters");
        await().atMost(LONG_ENOUGH).untilAsserted(() -> {
            assertThat(subscriber.texts("again/forbidden/1")).containsExactly("first");
            assertThat(subscriber.texts("again/forbidden/2")).containsExactly("second");
        });
        assertThat(expect(0, ofAllFiles())).contains("Published 0 dead letters, 2 had been published before");
        assertThat(subscriber.texts("again/forbidden/1")).hasSize(1);
        assertThat(subscriber.texts("again/forbidden/2")).hasSize(1);
    }

    // A policy that loses iot:Publish must neither drain the stream nor hammer the broker, and its return must be
    // noticed.
    @Test
    void whenEverythingIsRefusedTheBridgeHoldsAndGoesOnWhenOneIsPublished() throws Exception {
        for (int n = 0; n < 200; n++) {
            // Half of them not allowed, half of them impossible.
            put(n % 2 == 0 ? "forbidden/" + n : "a/b/c/d/e/f/g/h/i/" + n, "held");
        }
        try (var bridge = start()) {
            await().atMost(LONG_ENOUGH).until(() -> bridge.log().contains("Holding: "));
            assertThat(bridge.ready()).isFalse();
            assertThat(letters()).as("before the doubt").hasSizeLessThanOrEqualTo(20);
            int refusedAtFirst = letters().size();
            put("allowed/1", "passes");
            await().atMost(LONG_ENOUGH.multipliedBy(4)).until(() -> subscriber.count() == 1);
            await().atMost(LONG_ENOUGH).until(() -> bridge.log().contains("Publishing again"));
            await().atMost(LONG_ENOUGH).until(() -> letters().size() > refusedAtFirst);
            assertThat(bridge.log().split("Holding: ")).as("said once").hasSize(2);
            bridge.check();
        }
    }

    // A deploy is what people try when nothing is published: records that wait in the hold must neither be lost by it
    // nor be pushed
    // into the dead letter by the drain, nor may it take longer than the grace.
    @Test
    void aStopWhileHoldingIsInTimeAndLeavesEveryRecordToTheNextStart() throws Exception {
        Set<String> all = new HashSet<>();
        for (int n = 0; n < 120; n++) {
            // Half of them not allowed, half of them impossible.
            put(n % 2 == 0 ? "forbidden/" + n : "a/b/c/d/e/f/g/h/i/" + n, "held " + n);
            all.add("held " + n);
        }
        try (var bridge = start()) {
            await().atMost(LONG_ENOUGH).until(() -> bridge.log().contains("Holding: "));
            assertThat(bridge.stop()).as("within the grace").contains(143);
            String log = bridge.log();
            assertThat(log).contains("shutdown-done").doesNotContain("shutdown-cut-short");
            assertThat(log.substring(log.indexOf("shutdown-begun")))
                    .as("given up because of the stop")
                    .doesNotContain("dead-letter-stored");
        }
        List<String> atTheStop = letters();
        Set<String> stored = new HashSet<>();
        for (String letter : atTheStop) {
            assertThat(letter).contains("TOPIC_TOO_DEEP");
            stored.add(new String(
                    new ObjectMapper().readTree(letter).get("payload").binaryValue(), StandardCharsets.UTF_8));
        }
        assertThat(stored).hasSizeLessThanOrEqualTo(20);

        settings.put("IOT_TOPIC", "allowed/now");
        try (var bridge = start()) {
            Set<String> wanted = new HashSet<>(all);
            wanted.removeAll(stored);
            await().atMost(LONG_ENOUGH).until(() -> {
                bridge.check();
                return Set.copyOf(subscriber.texts("allowed/now")).containsAll(wanted);
            });
            await().atMost(LONG_ENOUGH).until(bridge::ready);
            assertThat(bridge.log()).doesNotContain("Holding: ");
            assertThat(bridge.stop()).contains(143);
        }
        assertThat(letters()).isEqualTo(atTheStop);
        assertThat(all).containsAll(subscriber.texts("allowed/now"));
    }

    // A full disk: the record must wait, its shard with it, and the bridge must say so; freed, it goes on by itself.
    @Test
    void aFullDiskStopsTheShardAndDropsNothing() throws Exception {
        Files.createDirectories(deadLetters);
        List<Path> full = new ArrayList<>();
        for (int day = 0; day < 2; day++) {
            Path file = deadLetters.resolve(LocalDate.now(ZoneOffset.UTC).plusDays(day) + ".jsonl");
            full.add(Files.createSymbolicLink(file, Path.of("/dev/full")));
        }
        put("a/b/c/d/e/f/g/h/i", "too deep");
        put("allowed/1", "fine");
        try (var bridge = start()) {
            await().atMost(LONG_ENOUGH).until(() -> subscriber.count() == 1);
            await().atMost(LONG_ENOUGH)
                    .until(() -> bridge.log().contains("is not settled and is tried again (")
                            && bridge.log().contains("No space left on device"));
            await().atMost(LONG_ENOUGH).until(() -> !bridge.ready());
            assertThat(bridge.log()).as("a stack trace for each try").doesNotContain("\tat ");
            for (Path file : full) {
                Files.delete(file);
            }
            await().atMost(LONG_ENOUGH).until(() -> letters().size() == 1);
            await().atMost(LONG_ENOUGH).until(bridge::ready);
            assertThat(bridge.stop()).contains(143);
        }
        assertThat(letters()).hasSize(1);
        assertThat(subscriber.count()).isEqualTo(1);
    }

    // Killed in the middle and run again: what went before must not go twice, but for what was in flight.
    @Test
    void aReplayThatIsKilledIsGoneOnWith() throws Exception {
        Files.createDirectories(deadLetters);
        Path file = deadLetters.resolve("2026-11-22.jsonl");
        var lines = new StringBuilder();
        for (int n = 0; n < 400; n++) {
            if (n == 7) {
                lines.append("{\"payload\":\n");
            }
            lines.append("{\"storedAt\":\"2026-11-22T10:00:00Z\",\"reason\":\"X\",\"partitionKey\":\"again/%d\","
                            .formatted(n % 10))
                    .append("\"sequenceNumber\":\"%d\",\"shardId\":\"shardId-0\",\"routeId\":\"kinesis-to-iot\","
                            .formatted(n))
                    .append("\"payload\":\"%s\"}\n"
                            .formatted(Base64.getEncoder()
                                    .encodeToString(Integer.toString(n).getBytes(StandardCharsets.UTF_8))));
        }
        lines.append("{\"payload\":\"AA");
        Files.writeString(file, lines);
        try (var replay = BridgeProcess.replay(settings, cloud.directory(), "--rate", "100", file.toString())) {
            await().atMost(LONG_ENOUGH).until(() -> subscriber.count() > 100);
            replay.kill();
        }
        int killedAt = subscriber.count();
        assertThat(killedAt).isLessThan(400);
        String said = expect(1, file.toString());
        assertThat(said)
                .contains(file + ":8: skipped, no JSON of a dead letter")
                .contains(file + ":402: skipped, the last line was cut short");
        await().atMost(LONG_ENOUGH)
                .until(() -> subscriber.messages().stream()
                                .map(ReceivedMessage::text)
                                .distinct()
                                .count()
                        == 400);
        assertThat(subscriber.count()).isLessThanOrEqualTo(500);
        for (int key = 0; key < 10; key++) {
            Set<String> first = new HashSet<>();
            List<Integer> order = subscriber.texts("again/" + key).stream()
                    .filter(first::add)
                    .map(Integer::valueOf)
                    .toList();
            assertThat(order).isSorted().hasSize(40);
        }
        assertThat(Files.readString(file)).isEqualTo(lines.toString());
    }

    private BridgeProcess start() {
        return BridgeProcess.start(settings, cloud.directory());
    }

    private String expect(int exitCode, String... arguments) {
        try (var replay = BridgeProcess.replay(settings, cloud.directory(), arguments)) {
            assertThat(replay.awaitExit(LONG_ENOUGH)).as(() -> replay.log()).contains(exitCode);
            return replay.log();
        }
    }

    private void put(String key, String text) {
        cloud.kinesis()
                .putRecord(request ->
                        request.streamName(cloud.stream()).partitionKey(key).data(SdkBytes.fromUtf8String(text)));
    }

    /** With each file of letters there is: at midnight UTC there are two. */
    private String[] ofAllFiles(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(options));
        files().forEach(file -> arguments.add(file.toString()));
        return arguments.toArray(String[]::new);
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(deadLetters)) {
            return List.of();
        }
        try (var files = Files.list(deadLetters)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> letters() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            lines.addAll(Files.readAllLines(file));
        }
        return lines;
    }
}
