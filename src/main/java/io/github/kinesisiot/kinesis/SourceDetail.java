package io.github.kinesisiot.kinesis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What one consumer does, for somebody who looks at it: figures of one moment, and counts since its start. Holds nothing of the records' content. */
public record SourceDetail(String stream, String application, Held window, List<ShardDetail> shards) {

    public SourceDetail {
        shards = List.copyOf(shards);
    }

    /**
     * The window of all shards together.
     *
     * @param records read and not settled
     * @param inFlight of these, in the route
     * @param keys partition keys of which a record is held
     * @param read records taken in since the consumer's start; so {@code settled} and {@code retried}
     */
    public record Held(
            int records,
            int mostRecords,
            long bytes,
            long mostBytes,
            int inFlight,
            int mostInFlight,
            int keys,
            long read,
            long settled,
            long retried) {}

    /**
     * A shard this container reads.
     *
     * @param behindMillis how far the reading is behind the end of the shard; empty before the first read
     * @param waits its records wait in Kinesis, since there is no room for more of them
     * @param read records taken in since the lease began; so {@code settled}
     * @param oldestAcceptedAt when the oldest record that is not settled was taken in
     * @param checkpoint the place in the lease table; empty before one was written here
     * @param checkpointedAt when all that was settled was last in the lease table
     */
    public record ShardDetail(
            String id,
            Optional<Long> behindMillis,
            boolean waits,
            int held,
            int inFlight,
            long read,
            long settled,
            Instant readAt,
            Optional<Instant> oldestAcceptedAt,
            Optional<String> checkpoint,
            Instant checkpointedAt,
            Optional<Failing> failing) {}

    /**
     * The oldest record of a shard, when its last try failed.
     *
     * @param reason the {@link io.github.kinesisiot.ReasonCoded reason code} of the last try, or the class of its exception
     */
    public record Failing(String sequenceNumber, String reason, int attempts, Instant since) {}
}
