package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.ReceivedMessage;
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
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** From a settled record to its checkpoint: the interval of one second, and one for the write on a busy machine. */
    private static final Duration CHECKPOINTED = Duration.ofSeconds(2);

    private static final Map<String, String> SETTINGS =
            Map.of("KINESIS_FAILOVER_TIME", "1s", "KINESIS_MAX_IN_FLIGHT", Integer.toString(IN_FLIGHT));

    // A checkpoint that runs ahead of a PUBACK loses records at a crash; one that lags repeats for minutes.
    @Test
    void tenKillsAtRandomMomentsLoseNothingAndRepeatLittle() {
        long seed = Long.getLong("bridge.seed", new Random().nextLong());
        System.out.println("AtLeastOnceIT: -Dbridge.seed=" + seed);
        Random random = new Random(seed);
        try (var load = new UnderLoad(2)) {
            load.feed();
            int allowed = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                int before = load.subscriber.count();
                try (var bridge = load.bridge("bridge", SETTINGS)) {
                    // Most die in the middle of the work; every fifth is not even waited for.
                    if (random.nextInt(5) > 0) {
                        load.awaitMore(1, LIMIT, bridge);
                    }
                    awaitMillis(random.nextInt(2000), bridge);
                    bridge.kill();
                }
                allowed = assertRepeatedAtMost(allowed, load.subscriber.messages(), before, kill, load.now());
            }
            load.stopFeeding();
            int before = load.subscriber.count();
            try (var bridge = load.bridge("bridge", SETTINGS)) {
                load.awaitAll(LIMIT, bridge);
                assertThat(bridge.stop()).contains(143);
            }
            assertRepeatedAtMost(allowed, load.subscriber.messages(), before, KILLS + 1, load.now());
            load.assertAtLeastOnceInOrder();
        }
    }

    /**
     * @param before what had been received when this bridge started
     * @return what the next one may repeat: all that this one delivered so late that no checkpoint need have covered it, and what was
     *     in flight; and should it have died before its first checkpoint, also what it was allowed itself
     */
    private static int assertRepeatedAtMost(
            int allowed, List<ReceivedMessage> messages, int before, int kill, Instant killedAt) {
        Set<String> known = new HashSet<>();
        messages.subList(0, before).forEach(message -> known.add(message.text()));
        List<ReceivedMessage> delivered = messages.subList(before, messages.size());
        long repeated =
                delivered.stream().filter(message -> !known.add(message.text())).count();
        Instant covered = killedAt.minus(CHECKPOINTED);
        int late = (int) delivered.stream()
                .filter(message -> message.receivedAt().isAfter(covered))
                .count();
        System.out.printf(
                "bridge %d: %d delivered, %d of them repeated, at most %d allowed%n",
                kill, delivered.size(), repeated, allowed);
        assertThat(repeated).as("repeated by bridge %d", kill).isLessThanOrEqualTo(allowed);
        return late + IN_FLIGHT + (late == delivered.size() ? allowed : 0);
    }

    private static void awaitMillis(int millis, BridgeProcess bridge) {
        Duration moment = Duration.ofMillis(millis + 1);
        await().pollDelay(moment).atMost(LIMIT).until(() -> {
            bridge.check();
            return true;
        });
    }
}
