package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.time.Patience;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Promise 2, in order per partition key, also when the shards of the stream change. */
@Tag("alone")
class ReshardIT {

    // A child that is read before its parent is settled swaps a device's messages; a parent that is left early loses
    // its end.
    @Test
    @Tag("long")
    void twoFourAndThreeShardsUnderLoadLoseRepeatAndSwapNothing() {
        try (var load = new UnderLoad(2);
                var bridge = load.bridge("bridge", Map.of("KINESIS_FAILOVER_TIME", "5s"))) {
            load.feed();
            load.awaitMore(150, Patience.LONG, bridge);

            List<Shard> two = open(load);
            two.forEach(shard -> split(load, shard));
            assertThat(open(load)).hasSize(4);
            load.awaitMore(250, Patience.LONG, bridge);
            System.out.println(
                    "caught up " + load.awaitCaughtUp(Patience.LONG, bridge).toMillis() + " ms after the splits");

            List<Shard> four = open(load);
            merge(load, four.get(1), four.get(2));
            assertThat(open(load)).hasSize(3);
            load.awaitMore(250, Patience.LONG, bridge);
            System.out.println(
                    "caught up " + load.awaitCaughtUp(Patience.LONG, bridge).toMillis() + " ms after the merge");

            load.stopFeeding();
            load.awaitAll(Patience.LONG, bridge);
            assertThat(bridge.stop()).contains(143);
            load.assertOnceInOrder();
        }
    }

    // A parent whose end is checkpointed before its last records are settled loses them when the container dies then.
    @Test
    void aContainerKilledSoonAfterASplitLosesNothing() {
        Map<String, String> settings = Map.of("KINESIS_FAILOVER_TIME", "1s");
        try (var load = new UnderLoad(2)) {
            load.feed();
            try (var bridge = load.bridge("bridge", settings)) {
                load.awaitMore(150, Patience.LONG, bridge);
                // From here on more is put than the keys can be published one after another: the parents' ends wait in
                // the window.
                load.cloud.iot().roundTrip(Duration.ofSeconds(1));
                open(load).forEach(shard -> split(load, shard));
                load.awaitMore(150, Patience.LONG, bridge);
                bridge.kill();
            }
            load.cloud.iot().roundTrip(Duration.ZERO);
            load.stopFeeding();
            try (var bridge = load.bridge("bridge", settings)) {
                load.awaitAll(Patience.LONG, bridge);
                assertThat(bridge.stop()).contains(143);
            }
            load.assertAtLeastOnceInOrder();
        }
    }

    private static void split(UnderLoad load, Shard shard) {
        BigInteger middle = start(shard)
                .add(new BigInteger(shard.hashKeyRange().endingHashKey()))
                .divide(BigInteger.TWO);
        int before = open(load).size();
        load.kinesis().splitShard(request -> request.streamName(load.cloud.stream())
                .shardToSplit(shard.shardId())
                .newStartingHashKey(middle.toString()));
        awaitShards(load, before + 1);
    }

    private static void merge(UnderLoad load, Shard left, Shard right) {
        int before = open(load).size();
        load.kinesis().mergeShards(request -> request.streamName(load.cloud.stream())
                .shardToMerge(left.shardId())
                .adjacentShardToMerge(right.shardId()));
        awaitShards(load, before - 1);
    }

    private static void awaitShards(UnderLoad load, int count) {
        await().until(() -> open(load).size() == count
                && load.kinesis()
                        .describeStreamSummary(request -> request.streamName(load.cloud.stream()))
                        .streamDescriptionSummary()
                        .streamStatusAsString()
                        .equals("ACTIVE"));
    }

    /** In the order of their hash keys, so neighbours are adjacent. */
    private static List<Shard> open(UnderLoad load) {
        return load.kinesis().listShards(request -> request.streamName(load.cloud.stream())).shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .sorted(Comparator.comparing(ReshardIT::start))
                .toList();
    }

    private static BigInteger start(Shard shard) {
        return new BigInteger(shard.hashKeyRange().startingHashKey());
    }
}
