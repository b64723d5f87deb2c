package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.Extent;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.time.Patience;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 1, at least once: {@code kill -9} at any moment loses nothing, and repeats only what no checkpoint covers. */
@Tag("alone")
class AtLeastOnceIT {
    private static final int KILLS = Extent.of(4, 10);
    private static final int IN_FLIGHT = 100;

    private static final Map<String, String> SETTINGS = Map.of(
            "KINESIS_FAILOVER_TIME",
            "1s",
            "KINESIS_MAX_IN_FLIGHT",
            Integer.toString(IN_FLIGHT),
            "KINESIS_CHECKPOINT_INTERVAL",
            "100ms");

    /** So that at each moment some dozens of publishes are on their way, and a checkpoint that counts them is wrong. */
    private static final Duration ROUND_TRIP = Duration.ofMillis(60);

    // A checkpoint that runs ahead of a PUBACK loses records at a crash; one that is not written, or not begun after,
    // repeats all that a bridge has ever published.
    @Test
    void killsAtRandomMomentsLoseNothingAndRepeatNothingThatACheckpointCovers() {
        long seed = Long.getLong("bridge.seed", new Random().nextLong());
        System.out.println("AtLeastOnceIT: -Dbridge.seed=" + seed);
        Random random = new Random(seed);
        try (var load = new UnderLoad(2)) {
            load.cloud.iot().roundTrip(ROUND_TRIP);
            load.feed();
            Map<String, BigInteger> covered = Map.of();
            for (int kill = 1; kill <= KILLS; kill++) {
                int before = load.subscriber.count();
                try (var bridge = load.bridge("bridge", SETTINGS)) {
                    // The second is not even waited for, as some of those after it; the others die in the middle of the
                    // work.
                    if (kill != 2 && (kill < 4 || random.nextInt(5) > 0)) {
                        awaitProgress(covered, load, bridge);
                    }
                    awaitMillis(random.nextInt(2500), bridge);
                    bridge.kill();
                }
                assertRepeatedOnlyWhatIsNotCovered(covered, load.subscriber.messages(), before, kill);
                Map<String, BigInteger> found = load.checkpoints();
                covered.forEach((shard, place) -> assertThat(found.getOrDefault(shard, BigInteger.ZERO))
                        .as("the checkpoint of %s goes back", shard)
                        .isGreaterThanOrEqualTo(place));
                covered = found;
            }
            load.stopFeeding();
            int before = load.subscriber.count();
            try (var bridge = load.bridge("bridge", SETTINGS)) {
                load.awaitAll(Patience.LONG, bridge);
                assertThat(bridge.stop()).contains(143);
            }
            assertRepeatedOnlyWhatIsNotCovered(covered, load.subscriber.messages(), before, KILLS + 1);
            load.assertAtLeastOnceInOrder();
        }
    }

    /** Until something new has come of each shard, and each shard's checkpoint has passed all that had come before. */
    private static void awaitProgress(Map<String, BigInteger> before, UnderLoad load, BridgeProcess bridge) {
        load.awaitMore(1, Patience.LONG, bridge);
        Map<String, BigInteger> seen = new HashMap<>(before);
        load.subscriber.messages().forEach(message -> seen.merge(shard(message), sequence(message), BigInteger::max));
        await().until(() -> {
            bridge.check();
            Map<String, BigInteger> now = load.checkpoints();
            return seen.entrySet().stream()
                    .allMatch(shard ->
                            now.getOrDefault(shard.getKey(), BigInteger.ZERO).compareTo(shard.getValue()) >= 0);
        });
    }

    /**
     * Looks at the repetitions of the bridge that has just ended, which started when {@code before} messages had come.
     *
     * @param covered the checkpoints that it found
     */
    private static void assertRepeatedOnlyWhatIsNotCovered(
            Map<String, BigInteger> covered, List<ReceivedMessage> messages, int before, int number) {
        Set<String> known = new HashSet<>();
        int uncovered = 0;
        for (ReceivedMessage message : messages.subList(0, before)) {
            if (known.add(message.text()) && !isCovered(message, covered)) {
                uncovered++;
            }
        }
        List<ReceivedMessage> delivered = messages.subList(before, messages.size());
        List<ReceivedMessage> repeated =
                delivered.stream().filter(message -> !known.add(message.text())).toList();
        System.out.printf(
                "bridge %d: %d delivered, %d of them repeated; no checkpoint covered %d of %d%n",
                number, delivered.size(), repeated.size(), uncovered, before);
        assertThat(repeated.stream().filter(message -> isCovered(message, covered)))
                .extracting(ReceivedMessage::text)
                .as("repeated by bridge %d although a checkpoint covered them", number)
                .isEmpty();
        // What was in flight at the kill may have come since, and then again.
        assertThat(repeated).as("repeated by bridge %d", number).hasSizeLessThanOrEqualTo(uncovered + IN_FLIGHT);
    }

    private static boolean isCovered(ReceivedMessage message, Map<String, BigInteger> checkpoints) {
        return sequence(message).compareTo(checkpoints.getOrDefault(shard(message), BigInteger.ZERO)) <= 0;
    }

    private static String shard(ReceivedMessage message) {
        return message.userProperty("shard").orElseThrow();
    }

    private static BigInteger sequence(ReceivedMessage message) {
        return new BigInteger(message.userProperty("sequence-number").orElseThrow());
    }

    private static void awaitMillis(int millis, BridgeProcess bridge) {
        await().pollDelay(Duration.ofMillis(millis + 1)).until(() -> {
            bridge.check();
            return true;
        });
    }
}
