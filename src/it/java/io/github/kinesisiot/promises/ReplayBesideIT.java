package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.GateConnection;
import io.github.kinesisiot.cloud.LocalCloud;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code replay} is what one does while the bridge runs: nobody stops it for a few dead letters. */
class ReplayBesideIT {
    /** One level more than IoT Core allows, below the topics of the stream. */
    private static final String TOO_DEEP = "a/b/c/d/e/f/g/h/";

    private static final int LETTERS = 5;

    // The same client ids, and each throws the other off its connections; the same leases, and the bridge's shards
    // move.
    @Test
    void aReplayPublishesItsLettersAndTheRunningBridgeKeepsItsConnectionsAndItsRecords() throws Exception {
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults())) {
            var own = new OwnStream(cloud, "beside", 2);
            var again = cloud.subscribe("again/#");
            try (var bridge = own.bridge(Map.of())) {
                own.put(0, 50);
                for (int n = 0; n < LETTERS; n++) {
                    own.put(TOO_DEEP + n, ("letter " + n).getBytes(StandardCharsets.UTF_8));
                }
                own.awaitRecords(50, bridge);
                await().atMost(OwnStream.LIMIT)
                        .until(() -> letters(own).size() == LETTERS
                                && cloud.iot().live().size() == 4);
                List<Long> before = connections(cloud);

                Map<String, String> settings = new HashMap<>(own.settings(Map.of()));
                settings.put("IOT_TOPIC", "again/letters");
                try (var replay = BridgeProcess.replay(settings, own.directory(), files(own))) {
                    own.put(50, 350);
                    assertThat(replay.awaitExit(OwnStream.LIMIT))
                            .as(replay::log)
                            .contains(0);
                    assertThat(replay.log()).contains("Published " + LETTERS + " dead letters");
                }
                own.awaitRecords(350, bridge);
                assertThat(connections(cloud)).as("the bridge's own").containsExactlyElementsOf(before);
                assertThat(bridge.log()).doesNotContain("connection-lost", "shard-lost", "record-retried");
                assertThat(bridge.ready()).isTrue();
                assertThat(bridge.stop()).contains(143);
            }
            own.assertOnceInOrder(0, 350);
            assertThat(again.messages())
                    .extracting(message -> message.text())
                    .containsExactlyInAnyOrder("letter 0", "letter 1", "letter 2", "letter 3", "letter 4");
            assertThat(letters(own)).as("none is stored again").hasSize(LETTERS);
        }
    }

    private static List<Long> connections(LocalCloud cloud) {
        return cloud.iot().live().stream().map(GateConnection::id).sorted().toList();
    }

    private static String[] files(OwnStream own) throws IOException {
        List<String> files = new ArrayList<>();
        try (var letters = Files.newDirectoryStream(own.directory().resolve("dead-letter"), "*.jsonl")) {
            letters.forEach(file -> files.add(file.toString()));
        }
        return files.toArray(String[]::new);
    }

    private static List<String> letters(OwnStream own) throws IOException {
        List<String> lines = new ArrayList<>();
        if (Files.isDirectory(own.directory().resolve("dead-letter"))) {
            for (String file : files(own)) {
                lines.addAll(Files.readAllLines(Path.of(file)));
            }
        }
        return lines;
    }
}
