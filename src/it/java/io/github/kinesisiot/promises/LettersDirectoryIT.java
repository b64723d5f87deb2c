package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.time.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two bridges on one directory of dead letters, as a volume that a rollout gives to both. Each waits for the other more than it works. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("long")
class LettersDirectoryIT {

    private static final String TOO_DEEP = "/b/c/d/e/f/g/h/i/j";
    private static final int LETTERS = 400;

    private static LocalCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults().shards(1));
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    // Both wrote at the end of the file that they saw: letters replaced each other's, and their records were settled.
    @Test
    void theSecondReadsNothingUntilTheFirstHasEndedHoweverItEndsAndEveryLetterIsWhole() throws Exception {
        var own = new OwnStream(cloud, "shared", 2);
        Path letters = own.directory().resolve("letters");
        try (var first = bridge(own, letters)) {
            await().atMost(Patience.LONG).until(() -> running(first).ready());
            try (var second = bridge(own, letters)) {
                own.awaitLogged(second, "dead-letter-directory-awaited");
                assertThat(second.log())
                        .contains(
                                letters.toString(),
                                "process " + first.program().orElseThrow().pid() + " on ");
                put(own, 0, LETTERS);
                await().atMost(Patience.LONG).until(() -> sequences(letters).size() >= LETTERS);
                assertThat(running(second).ready()).isFalse();
                assertThat(second.log()).doesNotContain("shard-opened", "stream-started");
                assertThat(sequences(letters))
                        .as("each stored once")
                        .hasSize(LETTERS)
                        .doesNotHaveDuplicates();

                first.kill();
                await().atMost(Patience.LONG).until(() -> running(second).ready());
                put(own, LETTERS, LETTERS + 40);
                await().atMost(Patience.LONG).until(() -> new HashSet<>(sequences(letters)).size() == LETTERS + 40);
                assertThat(second.stop()).contains(143);
            }
        }
        Set<String> before = new HashSet<>(sequences(letters));
        try (var third = bridge(own, letters)) {
            await().atMost(Patience.LONG).until(() -> running(third).ready());
            assertThat(third.log()).doesNotContain("dead-letter-directory-awaited");
            put(own, LETTERS + 40, LETTERS + 50);
            await().atMost(Patience.LONG).until(() -> new HashSet<>(sequences(letters)).size() == before.size() + 10);
        }
    }

    // For ever would be a bridge that is started and does nothing; a stack trace would say nothing.
    @Test
    void theSecondGivesUpAfterAMinuteInOneLine() throws Exception {
        var own = new OwnStream(cloud, "twice", 1);
        Path letters = own.directory().resolve("letters");
        try (var first = bridge(own, letters)) {
            await().atMost(Patience.LONG).until(() -> running(first).ready());
            try (var second = bridge(own, letters)) {
                assertThat(second.awaitExit(Patience.LONG)).contains(1);
                assertThat(second.log().strip().lines())
                        .last()
                        .asString()
                        .startsWith("Could not start: ")
                        .contains(
                                letters.toString(),
                                "twice-iot-bridge: process "
                                        + first.program().orElseThrow().pid(),
                                "DEAD_LETTER_DIRECTORY");
                assertThat(second.log()).doesNotContain("\tat ", "shard-opened", "stream-started");
            }
            assertThat(running(first).ready()).isTrue();
        }
    }

    private static BridgeProcess running(BridgeProcess bridge) {
        bridge.check();
        return bridge;
    }

    private static BridgeProcess bridge(OwnStream own, Path letters) {
        return own.bridge(Map.of(
                "DEAD_LETTER_DIRECTORY",
                letters.toString(),
                "KINESIS_FAILOVER_TIME",
                "3s",
                "IOT_TOPIC",
                own.name + "/${header.CamelAwsKinesisPartitionKey}"));
    }

    /** Records that can never be published, and between them such as can: else all would be held. */
    private static void put(OwnStream own, int from, int to) {
        for (int n = from; n < to; n++) {
            own.put(n + TOO_DEEP, new byte[200]);
            if (n % 5 == 0) {
                own.put("fine", Integer.toString(n).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** Of all lines, each of which has to be a whole letter, but for the last while it is being written. */
    private static List<String> sequences(Path directory) throws IOException {
        List<String> sequences = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return sequences;
        }
        try (var files = Files.newDirectoryStream(directory, "*.jsonl")) {
            for (Path file : files) {
                String text = Files.readString(file);
                for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
                    var letter = new ObjectMapper().readTree(line);
                    assertThat(letter.path("payload").binaryValue()).hasSize(200);
                    sequences.add(letter.path("sequenceNumber").asText());
                }
            }
        }
        return sequences;
    }
}
