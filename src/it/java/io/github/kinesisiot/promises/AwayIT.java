package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.ServiceFault;
import io.github.kinesisiot.cloud.ServiceFront;
import io.github.kinesisiot.time.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 5, a fault is waited out: what the fault matrix does not ask of absences of Kinesis and DynamoDB. */
@Tag("alone")
class AwayIT {
    private static final Duration LIMIT = Patience.LONG;
    private static final Duration FAULT = Duration.ofSeconds(3);

    /** Three times, with each fault's beginning, still less than the 40 s that leases of 60 s surely last. */
    private static final Duration WHILE_LEASES_LAST = Duration.ofSeconds(9);

    /** From the service's return to the last of what was put meanwhile; the pauses between attempts are shorter than that. */
    private static final Duration RECOVERY = Duration.ofSeconds(15);

    /** Until an expired lease of two seconds is given up: it is seen between two calls that take up to two seconds each. */
    private static final Duration NOTICED = Duration.ofSeconds(12);

    // A reader that ends at an error it did not expect leaves a healthy process that reads nothing.
    @Test
    @Tag("long")
    void expiredIteratorsAreReplacedAndNothingIsRepeated() {
        try (var load = new UnderLoad(2);
                var bridge = load.bridge("bridge", Map.of("KINESIS_FAILOVER_TIME", "10s"))) {
            load.feed();
            load.awaitMore(100, LIMIT, bridge);
            load.cloud.kinesisFront().fault(ServiceFault.EXPIRED_ITERATOR);
            awaitDuration(FAULT);
            load.cloud.kinesisFront().fault(ServiceFault.NONE);
            assertRecovered(load, bridge, "Kinesis " + ServiceFault.EXPIRED_ITERATOR);

            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            assertThat(bridge.stop()).contains(143);
            load.assertOnceInOrder();
        }
    }

    // Checkpoints can wait, the messages of devices cannot. Leases last for the failover time after their last
    // heartbeat, of which there is
    // one each third of it: without DynamoDB publishing goes on for two thirds of it at least, here 40 s. A checkpoint
    // is no
    // heartbeat, so that is what all three faults together may take.
    @Test
    @Tag("long")
    void publishingGoesOnWhileOnlyDynamoDbIsAway() {
        try (var load = new UnderLoad(2);
                var bridge = load.bridge("bridge", Map.of("KINESIS_FAILOVER_TIME", "60s"))) {
            load.feed();
            load.awaitMore(100, LIMIT, bridge);
            ServiceFront dynamoDb = load.cloud.dynamoDbFront();
            for (ServiceFault fault : new ServiceFault[] {ServiceFault.THROTTLE, ServiceFault.INTERNAL_FAILURE}) {
                dynamoDb.fault(fault);
                assertPublishing(load, bridge);
                dynamoDb.fault(ServiceFault.NONE);
                awaitCheckpoint(bridge, "DynamoDB " + fault);
            }
            dynamoDb.down();
            assertPublishing(load, bridge);
            dynamoDb.up();
            awaitCheckpoint(bridge, "DynamoDB down");

            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            assertThat(bridge.stop()).contains(143);
            load.assertOnceInOrder();
        }
    }

    // Without leases nobody knows who reads a shard: the reading must stop, begin again by itself, and may then repeat.
    @Test
    void dynamoDbAwayForLongerThanTheLeasesLosesNothing() {
        try (var load = new UnderLoad(2);
                var bridge = load.bridge("bridge", Map.of("KINESIS_FAILOVER_TIME", "2s"))) {
            load.feed();
            load.awaitMore(100, LIMIT, bridge);
            awaitCheckpoint(bridge, "start");
            Instant down = load.now();
            load.cloud.dynamoDbFront().down();
            await().atMost(LIMIT).until(() -> {
                bridge.check();
                return bridge.figures()
                        .map(figures -> figures.sum("bridge_leases_held", "").orElse(-1) == 0)
                        .orElse(false);
            });
            Duration noticed = Duration.between(down, load.now());
            System.out.println("leases of 2 s given up after " + noticed.toMillis() + " ms");
            assertThat(noticed).isLessThan(NOTICED);
            load.cloud.dynamoDbFront().up();
            assertRecovered(load, bridge, "DynamoDB down beyond the leases");
            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            load.assertAtLeastOnceInOrder();
        }
    }

    // A container that starts during an outage and ends, or waits for ever, turns the outage into a longer one.
    @Test
    @Tag("long")
    void aStartWhileBothAreAwayIsMadeGoodWhenTheyReturn() {
        try (var load = new UnderLoad(2)) {
            load.cloud.kinesisFront().down();
            load.cloud.dynamoDbFront().fault(ServiceFault.INTERNAL_FAILURE);
            load.feed();
            try (var bridge = load.bridge("bridge", Map.of("KINESIS_FAILOVER_TIME", "10s"))) {
                awaitLogged(bridge, "The stream cannot be read");
                load.cloud.kinesisFront().up();
                awaitLogged(bridge, "InternalServerError");
                assertThat(bridge.ready()).isFalse();
                assertThat(load.subscriber.count()).isZero();
                load.cloud.dynamoDbFront().fault(ServiceFault.NONE);
                assertRecovered(load, bridge, "start without Kinesis and DynamoDB");
                await().atMost(LIMIT).until(bridge::ready);
                load.stopFeeding();
                load.awaitAll(LIMIT, bridge);
                assertThat(bridge.stop()).contains(143);
            }
            load.assertOnceInOrder();
        }
    }

    private static void assertPublishing(UnderLoad load, BridgeProcess bridge) {
        awaitDuration(FAULT);
        // What is put now, well into the fault, must come while the fault lasts.
        Duration behind = load.awaitCaughtUp(WHILE_LEASES_LAST, bridge);
        System.out.println("without DynamoDB: " + behind.toMillis() + " ms behind");
    }

    private static void awaitCheckpoint(BridgeProcess bridge, String fault) {
        await().atMost(RECOVERY).until(() -> {
            bridge.check();
            return bridge.figures()
                    .map(figures -> figures.max("bridge_checkpoint_age_seconds").orElse(99) < 2)
                    .orElse(false);
        });
        System.out.println(fault + ": checkpoints are written again");
    }

    private static void assertRecovered(UnderLoad load, BridgeProcess bridge, String fault) {
        Duration took = load.awaitCaughtUp(LIMIT, bridge);
        System.out.println(fault + ": caught up " + took.toMillis() + " ms after its end");
        assertThat(took).as(fault).isLessThan(RECOVERY);
    }

    private static void awaitLogged(BridgeProcess bridge, String text) {
        await().atMost(LIMIT).until(() -> {
            bridge.check();
            return bridge.log().contains(text);
        });
    }

    private static void awaitDuration(Duration duration) {
        await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
    }
}
