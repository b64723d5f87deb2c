package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.Extent;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ServiceFault;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ends of a container that are not the usual one: beside another, with a target or a lease table that is away, by itself. */
class StopIT {
    private static final int FAILOVER_SECONDS = 5;

    /** What is promised beyond the failover time. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(3);

    /** {@code camel.main.shutdown-timeout}; 20 s unless it is set, which only the long run waits for. */
    private static final int DRAIN_SECONDS = Extent.of(4, 20);

    private static final Map<String, String> SETTINGS = Map.of(
            "KINESIS_FAILOVER_TIME",
            FAILOVER_SECONDS + "s",
            "CAMEL_MAIN_SHUTDOWN_TIMEOUT",
            Integer.toString(DRAIN_SECONDS));

    private static LocalCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults());
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    // A deployment that repeats what the old container had published makes every deployment a burst of duplicates; one
    // that loses is worse. The shards
    // have to move to the container that is there already.
    @Test
    @Tag("alone")
    void aRollingUpdateLosesAndRepeatsNothingAndTheNewContainerTakesTheShardsSoon() {
        var own = new OwnStream(cloud, "rolling", 4);
        try (var old = own.bridge(container("rolling-old"))) {
            own.put(0, 200);
            own.awaitRecords(200, old);
            try (var fresh = own.bridge(container("rolling-new"))) {
                // A shard that is taken from the one that holds it may repeat what was not checkpointed: the sharing
                // out first.
                await().atMost(OwnStream.LIMIT)
                        .until(() -> leases(old) == 2 && leases(fresh) == 2 && shards(old) == 2 && shards(fresh) == 2);
                own.put(200, 1200);
                old.terminate();
                own.put(1200, 1400);
                assertThat(old.awaitExit(Duration.ofSeconds(35))).contains(143);
                var ended = cloud.options().clock().instant();
                assertThat(old.log()).contains(", 0 records unsettled").doesNotContain("records-unsettled");
                await().atMost(OwnStream.LIMIT).until(() -> leases(fresh) == 4);
                own.awaitRecords(1400, fresh);
                var taken = Duration.between(ended, cloud.options().clock().instant());
                System.out.println("all shards taken and read " + taken.toMillis() + " ms after the old one's end");
                assertThat(taken)
                        .isLessThan(Duration.ofSeconds(FAILOVER_SECONDS).plus(ALLOWANCE));
                own.put(1400, 1500);
                own.awaitRecords(1500, fresh);
                assertThat(fresh.stop()).contains(143);
            }
        }
        own.assertOnceInOrder(0, 1500);
    }

    // A container that waits for a target that is away until it is killed cannot say what it left, and leaves its
    // leases to run out; one that gives the
    // records up loses them.
    @Test
    void aStopWhileTheTargetIsAwayEndsInTimeSaysWhatIsLeftAndTheNextStartPublishesIt() {
        var own = new OwnStream(cloud, "away", 2);
        own.put(0, 50);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(50, bridge);
            own.awaitSettled(50, bridge);
            cloud.iot().down();
            own.put(50, 150);
            awaitInFlight(bridge);
            assertStopsInTime(bridge);
            assertThat(event(bridge, "records-unsettled"))
                    .contains("Stopped with 100 records unsettled")
                    .doesNotContain("\tat ");
            assertThat(bridge.log()).contains("2 leases let go, 100 records unsettled");
        } finally {
            cloud.iot().up();
        }
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(150, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertOnceInOrder(0, 150);
    }

    // The same with publishes that are neither acknowledged nor refused: nothing is heard of them at all.
    @Test
    @Tag("long")
    void aStopWhilePublishesHangEndsInTimeSaysWhatIsLeftAndTheNextStartPublishesIt() {
        var own = new OwnStream(cloud, "hang", 2);
        own.put(0, 50);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(50, bridge);
            own.awaitSettled(50, bridge);
            cloud.iot().roundTrip(Duration.ofMinutes(5));
            own.put(50, 150);
            awaitInFlight(bridge);
            bridge.terminate();
            // The connections' farewell is not answered either, and Camel's extra time may end it: that is said, and
            // loses
            // nothing.
            assertThat(bridge.awaitExit(Duration.ofSeconds(DRAIN_SECONDS + 9))).contains(143);
            assertThat(event(bridge, "records-unsettled")).contains("Stopped with 100 records unsettled");
        } finally {
            cloud.iot().roundTrip(Duration.ZERO);
        }
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(150, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertAtLeastOnceInOrder(0, 150);
    }

    // The next container waits for the failover time then, and whoever looks for the reason finds it in the log of this
    // one.
    @Test
    @Tag("long")
    @Tag("alone")
    void aStopWhileTheLeaseTableIsAwaySaysThatTheLeasesAreNotReleased() {
        var own = new OwnStream(cloud, "tableless", 1);
        own.put(0, 20);
        // Nothing is in the way of the drain: this is no matter of its limit.
        try (var bridge = own.bridge(Map.of("KINESIS_FAILOVER_TIME", FAILOVER_SECONDS + "s"))) {
            own.awaitRecords(20, bridge);
            cloud.dynamoDbFront().fault(ServiceFault.INTERNAL_FAILURE);
            bridge.terminate();
            assertThat(bridge.awaitExit(Duration.ofSeconds(29))).contains(143);
            assertThat(bridge.log()).doesNotContain("shutdown-cut-short");
            assertThat(event(bridge, "leases-not-released"))
                    .contains("the next container waits for the failover time")
                    .doesNotContain("\tat ");
        } finally {
            cloud.dynamoDbFront().fault(ServiceFault.NONE);
        }
        own.put(20, 40);
        try (var bridge = own.bridge(SETTINGS)) {
            own.awaitRecords(40, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertAtLeastOnceInOrder(0, 40);
    }

    // An end that nobody asked for looks like a crash, or like nothing, unless the last line says what it was.
    @Test
    void anEndThatNobodyAskedForIsTheLastLineOfTheLogAndItsExitCode() {
        var own = new OwnStream(cloud, "by-itself", 1);
        own.put(0, 20);
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("CAMEL_MAIN_DURATION_MAX_MESSAGES", "20");
        try (var bridge = own.bridge(settings)) {
            assertThat(bridge.awaitExit(OwnStream.LIMIT)).contains(0);
            assertThat(bridge.log().strip().lines())
                    .last()
                    .asString()
                    .contains("ended-by-itself", "Ended by itself, exit code 0");
            assertThat(bridge.log()).contains("1 leases let go, 0 records unsettled");
        }
        own.assertOnceInOrder(0, 20);
    }

    /** Until a record of each key is on its way, and all the others wait behind them. */
    private static void awaitInFlight(BridgeProcess bridge) {
        await().atMost(OwnStream.LIMIT).until(() -> bridge.figures()
                .map(figures -> figures.sum("bridge_records_in_flight", "").orElse(0) >= OwnStream.KEYS
                        && figures.sum("bridge_window_size", "").orElse(0) >= 100)
                .orElse(false));
    }

    private static void assertStopsInTime(BridgeProcess bridge) {
        bridge.terminate();
        // Camel's own limit, what the source adds to it, and the connections' farewell: less than the 30 s that the
        // container is given.
        assertThat(bridge.awaitExit(Duration.ofSeconds(DRAIN_SECONDS + 9))).contains(143);
        assertThat(bridge.log()).doesNotContain("shutdown-cut-short");
    }

    private static String event(BridgeProcess bridge, String event) {
        List<String> lines = bridge.log()
                .lines()
                .filter(line -> line.contains(event + " - "))
                .toList();
        assertThat(lines).as(bridge::log).hasSize(1);
        return lines.get(0);
    }

    /** Without limits of its own that the other container would not have. */
    private static Map<String, String> container(String clientId) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("IOT_CLIENT_ID", clientId);
        return settings;
    }

    /** Those it has opened, which is after it has taken the lease. */
    private static long shards(BridgeProcess bridge) {
        return bridge.figures()
                .map(figures -> figures.text()
                        .lines()
                        .filter(line -> line.startsWith("bridge_shard_behind_latest_seconds{"))
                        .count())
                .orElse(0L);
    }

    private static int leases(BridgeProcess bridge) {
        bridge.check();
        return bridge.figures()
                .map(figures -> (int) figures.sum("bridge_leases_held", "").orElse(0))
                .orElse(0);
    }
}
