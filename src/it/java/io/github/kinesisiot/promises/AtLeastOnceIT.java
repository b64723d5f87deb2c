package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.time.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Promise 1, at least once: {@code kill -9} at any moment loses nothing, and repeats little. */
class AtLeastOnceIT {
    private static final int KILLS = 10;
    private static final int IN_FLIGHT = 100;

    /**
     * From a settled record to its checkpoint: the interval of a tenth of a second, and the rest for the write on a busy machine. A crash repeats at most
     * what was settled within that time, and what was in flight.
     */
    private static final Duration CHECKPOINTED = Duration.ofSeconds(5);

    private static final Map<String, String> SETTINGS = Map.of(
            "KINESIS_FAILOVER_TIME",
            "1s",
            "KINESIS_MAX_IN_FLIGHT",
            Integer.toString(IN_FLIGHT),
            "KINESIS_CHECKPOINT_INTERVAL",
            "100ms");

    /** So that at each moment some dozens of publishes are on their way, and a checkpoint that counts them is wrong. */
    private static final Duration ROUND_TRIP = Duration.ofMillis(60);

    // A checkpoint that runs ahead of a PUBACK loses records at a crash; one that lags repeats for minutes.
    @Test
    void tenKillsAtRandomMomentsLoseNothingAndRepeatLittle() {
        long seed = Long.getLong("bridge.seed", new Random().nextLong());
        System.out.println("AtLeastOnceIT: -Dbridge.seed=" + seed);
        Random random = new Random(seed);
        try (var load = new UnderLoad(2)) {
            load.cloud.iot().roundTrip(ROUND_TRIP);
            load.feed();
            Instant since = Instant.MIN;
            for (int kill = 1; kill <= KILLS; kill++) {
                int before = load.subscriber.count();
                try (var bridge = load.bridge("bridge", SETTINGS)) {
                    // Most die in the middle of the work; every fifth is not even waited for.
                    if (random.nextInt(5) > 0) {
                        load.awaitMore(1, Patience.LONG, bridge);
                    }
                    awaitMillis(random.nextInt(2500), bridge);
                    bridge.kill();
                }
                since = assertRepeatedLittle(since, load.subscriber.messages(), before, kill, load.now());
            }
            load.stopFeeding();
            int before = load.subscriber.count();
            try (var bridge = load.bridge("bridge", SETTINGS)) {
                load.awaitAll(Patience.LONG, bridge);
                assertThat(bridge.stop()).contains(143);
            }
            assertRepeatedLittle(since, load.subscriber.messages(), before, KILLS + 1, load.now());
            load.assertAtLeastOnceInOrder();
        }
    }

    /**
     * Counts the repetitions of the bridge that has just died, which started when {@code before} messages had come.
     *
     * @param since the last moment whose records are surely covered by a checkpoint, as far as the bridges before go
     * @return the same, with this one: unless it died before its first checkpoint, that is shortly before its death
     */
    private static Instant assertRepeatedLittle(
            Instant since, List<ReceivedMessage> messages, int before, int number, Instant died) {
        Set<String> known = new HashSet<>();
        Set<String> uncovered = new HashSet<>();
        for (ReceivedMessage message : messages.subList(0, before)) {
            known.add(message.text());
            if (message.receivedAt().isAfter(since)) {
                uncovered.add(message.text());
            }
        }
        List<ReceivedMessage> delivered = messages.subList(before, messages.size());
        long repeated =
                delivered.stream().filter(message -> !known.add(message.text())).count();
        int allowed = before == 0 ? 0 : uncovered.size() + IN_FLIGHT;
        System.out.printf(
                "bridge %d: %d delivered, %d of them repeated, at most %d allowed%n",
                number, delivered.size(), repeated, allowed);
        assertThat(repeated).as("repeated by bridge %d", number).isLessThanOrEqualTo(allowed);
        Instant covered = died.minus(CHECKPOINTED);
        boolean checkpointed =
                !delivered.isEmpty() && delivered.get(0).receivedAt().isBefore(covered);
        return checkpointed ? covered : since;
    }

    private static void awaitMillis(int millis, BridgeProcess bridge) {
        Duration moment = Duration.ofMillis(millis + 1);
        await().pollDelay(moment).atMost(Patience.LONG).until(() -> {
            bridge.check();
            return true;
        });
    }
}
