package io.github.kinesisiot.cloud;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** How often Kinesis may be asked what, by the shard, the stream or the account; and how much of a shard may be read. Thread-safe. */
final class KinesisQuotas {
    private static final long READ_BYTES = 2 << 20;

    private final LongSupplier nanoTime;
    private final Map<String, CallRate> calls = new HashMap<>();
    private final Map<ShardPlace, ByteRate> reads = new HashMap<>();
    private boolean kept = true;

    private record Quota(int perSecond, String scope) {}

    KinesisQuotas(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void kept(boolean changed) {
        kept = changed;
    }

    /** Counts the call; a refusal when it is one too many. */
    synchronized Optional<RefusedException> count(FrontCall call, Optional<ShardPlace> place) {
        Optional<Quota> quota = quota(call, place);
        if (quota.isEmpty()) {
            return Optional.empty();
        }
        long now = nanoTime.getAsLong();
        String key = call.operation() + " " + quota.get().scope();
        boolean allowed = calls.computeIfAbsent(key, first -> new CallRate())
                .allow(now, quota.get().perSecond());
        if (call.operation().equals("GetRecords")) {
            allowed &= place.map(shard -> bytes(shard, now).allows(now)).orElse(true);
        }
        return allowed || !kept ? Optional.empty() : Optional.of(Refusals.throttled(call, place));
    }

    /** After the fact, as AWS does. */
    synchronized void read(ShardPlace shard, long bytes) {
        bytes(shard, nanoTime.getAsLong()).spend(bytes);
    }

    /** The most GetRecords within any one second, by stream and shard. */
    synchronized Map<String, Integer> busiestReads() {
        Map<String, Integer> busiest = new TreeMap<>();
        calls.forEach((key, rate) -> {
            if (key.startsWith("GetRecords ")) {
                busiest.put(key.substring("GetRecords ".length()), rate.busiest());
            }
        });
        return busiest;
    }

    private ByteRate bytes(ShardPlace shard, long now) {
        return reads.computeIfAbsent(shard, first -> new ByteRate(READ_BYTES, now));
    }

    private static Optional<Quota> quota(FrontCall call, Optional<ShardPlace> place) {
        return switch (call.operation()) {
            case "GetRecords", "GetShardIterator" ->
                place.map(shard -> new Quota(5, shard.stream() + "/" + shard.shard()));
            case "ListShards" -> Optional.of(new Quota(1_000, call.stream()));
            case "DescribeStreamConsumer" -> Optional.of(new Quota(20, call.stream()));
            case "DescribeStreamSummary" -> Optional.of(new Quota(20, ""));
            case "DescribeStream" -> Optional.of(new Quota(10, ""));
            case "ListStreams",
                    "CreateStream",
                    "DeleteStream",
                    "SplitShard",
                    "MergeShards",
                    "RegisterStreamConsumer",
                    "DeregisterStreamConsumer" -> Optional.of(new Quota(5, ""));
            default -> Optional.empty();
        };
    }
}
