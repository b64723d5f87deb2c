package io.github.kinesisiot.kinesis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the source is, for health checks.
 *
 * @param reading the stream's records can arrive: KCL runs, and each shard held here was read lately or waits for its records to settle
 * @param leasesHeld shards this container reads; 0 is normal where other containers hold them all
 * @param blocked shards that cannot get on because their oldest record keeps failing
 * @param lastProblem what stands in the way right now, as one sentence; empty when nothing does
 */
public record SourceStatus(boolean reading, int leasesHeld, List<BlockedShard> blocked, Optional<String> lastProblem) {

    public SourceStatus {
        blocked = List.copyOf(blocked);
    }

    /**
     * @param reason the last failure's {@link io.github.kinesisiot.ReasonCoded reason code}, or its class
     * @param since when the record was tried for the first time
     */
    public record BlockedShard(String shardId, String sequenceNumber, String reason, int attempts, Instant since) {}
}
