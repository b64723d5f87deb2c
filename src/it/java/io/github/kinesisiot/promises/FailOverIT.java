package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.time.Patience;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Scaling out and dying: two containers share the shards, and one of them takes over what the other leaves behind. */
@Tag("alone")
class FailOverIT {
    private static final int SHARDS = 6;
    private static final Duration FAILOVER = Duration.ofSeconds(5);

    /** What is promised beyond the failover time: to see it, to take the leases, to read. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(3);

    private static final Pattern SHARD_SERIES =
            Pattern.compile("(?m)^bridge_shard_behind_latest_seconds\\{.*shard=\"([^\"]+)\"");
    private static final Map<String, String> SETTINGS = Map.of("KINESIS_FAILOVER_TIME", FAILOVER.toSeconds() + "s");

    // KCL alone looks for abandoned leases each second failover time: a device is then silent for up to four of them.
    @Test
    void theShardsOfAKilledContainerAreReadAgainSoonAfterTheFailoverTime() {
        try (var load = new UnderLoad(SHARDS);
                var first = load.bridge("first", SETTINGS);
                var second = load.bridge("second", SETTINGS)) {
            load.feed();
            await().until(() -> leases(first) == SHARDS / 2 && leases(second) == SHARDS / 2);
            await().until(() -> shards(first).size() == SHARDS / 2);
            load.awaitMore(300, Patience.LONG, second);

            Map<String, String> shardOfKey = shardOfKey(load);
            Set<String> orphaned = shards(first);
            Instant killed = load.now();
            first.kill();
            Map<String, Instant> readAgain = new HashMap<>();
            await().until(() -> {
                second.check();
                for (ReceivedMessage message : load.subscriber.messages()) {
                    // What the killed one had sent is through by then; whatever comes of its shards later, the other
                    // one has read.
                    if (message.receivedAt().isAfter(killed.plusSeconds(1))) {
                        readAgain.putIfAbsent(shardOfKey.get(UnderLoad.key(message)), message.receivedAt());
                    }
                }
                return readAgain.keySet().containsAll(orphaned);
            });
            load.awaitMore(300, Patience.LONG, second);
            load.stopFeeding();
            load.awaitAll(Patience.LONG, second);
            assertThat(second.stop()).contains(143);

            for (String shard : orphaned) {
                Duration silent = Duration.between(killed, readAgain.get(shard));
                System.out.println(shard + " read again " + silent.toMillis() + " ms after the kill, failover time "
                        + FAILOVER.toSeconds() + " s");
                assertThat(silent).as(shard).isLessThanOrEqualTo(FAILOVER.plus(ALLOWANCE));
            }
            load.assertAtLeastOnceInOrder();
        }
    }

    private static int leases(BridgeProcess bridge) {
        bridge.check();
        return bridge.figures()
                .map(figures -> (int) figures.sum("bridge_leases_held", "").orElse(0))
                .orElse(0);
    }

    /** The shards it says that it reads. */
    private static Set<String> shards(BridgeProcess bridge) {
        Set<String> shards = new HashSet<>();
        bridge.figures()
                .ifPresent(figures ->
                        SHARD_SERIES.matcher(figures.text()).results().forEach(series -> shards.add(series.group(1))));
        return shards;
    }

    private static Map<String, String> shardOfKey(UnderLoad load) {
        List<Shard> shards = load.kinesis()
                .listShards(request -> request.streamName(load.cloud.stream()))
                .shards();
        Map<String, String> shardOfKey = new HashMap<>();
        IntStream.range(0, UnderLoad.KEYS).mapToObj(UnderLoad::key).forEach(key -> {
            BigInteger hash = hash(key);
            shards.stream()
                    .filter(shard ->
                            hash.compareTo(new BigInteger(shard.hashKeyRange().startingHashKey())) >= 0
                                    && hash.compareTo(new BigInteger(
                                                    shard.hashKeyRange().endingHashKey()))
                                            <= 0)
                    .forEach(shard -> shardOfKey.put(key, shard.shardId()));
        });
        assertThat(new HashSet<>(shardOfKey.values()))
                .as("each shard has a key")
                .hasSize(SHARDS);
        return shardOfKey;
    }

    /** As Kinesis places a record. */
    private static BigInteger hash(String key) {
        try {
            return new BigInteger(1, MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
