package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Enhanced fan-out pushes records instead of being asked for them; what is promised is the same. Without a split: AWS ends the subscription to a shard that
 * has been split with an event that names its children, the emulator goes on with empty events for ever, so nobody learns there that the shard has ended.
 */
@Tag("alone")
class FanOutIT {
    private static final Map<String, String> SETTINGS =
            Map.of("KINESIS_RETRIEVAL", "fan-out", "KINESIS_FAILOVER_TIME", "3s");

    private static LocalCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults());
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    // A subscription that begins anywhere but right behind the checkpoint loses, or repeats, what came between two
    // containers.
    @Test
    void aCleanStopAndARestartRepeatNothingAndLoseNothing() {
        var own = new OwnStream(cloud, "pushed", 2);
        own.put(0, 200);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(200, bridge);
            own.put(200, 400);
            own.awaitRecords(250, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.put(400, 500);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(500, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        assertThat(cloud.kinesisFront().calls())
                .extracting(call -> call.operation())
                .contains("SubscribeToShard");
        own.assertOnceInOrder(0, 500);
    }

    // What had been pushed and not acknowledged is nobody's when the container dies.
    @Test
    @Tag("long")
    void aKillLosesNothing() {
        var own = new OwnStream(cloud, "pushed-and-killed", 2);
        own.put(0, 100);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(100, bridge);
            own.put(100, 600);
            own.awaitRecords(150, bridge);
            bridge.kill();
        }
        own.put(600, 700);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(700, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertAtLeastOnceInOrder(0, 700);
    }
}
