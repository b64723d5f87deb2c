package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/**
 * What this container knows about one shard for as long as it holds the shard's lease: the records it holds in the shard's order and how
 * far the prefix without a gap is settled. A lease that is lost and won again gets a new object.
 *
 * <p>The fields of the first block are guarded by the lock of the {@link Window}; those of the second are written by one thread each and
 * may be read by any.
 */
final class Shard {

    /** A shard without records is heard of more often than this. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    final String id;

    private final ArrayDeque<HeldRecord> span = new ArrayDeque<>();
    private Position lastAccepted;
    private Position settledPrefix;
    /** Accepted and not settled. */
    int held;
    /** Of these, handed to the route right now. */
    int inFlight;
    /** Accepted and settled so far, for whoever looks. */
    long read;

    long settled;
    /** The lease is gone: nothing more is accepted, started or checkpointed. Volatile: an attempt may look without the lock. */
    volatile boolean lost;
    /** A record of this shard was turned away, so what KCL calls the end of the shard is not ours. */
    boolean refused;
    /** The thread that delivers this shard waits for room. */
    boolean blocked;
    /** Signalled when there is room again, when the last record is settled, and when the shard is lost. */
    final Condition changed;

    volatile RecordProcessorCheckpointer checkpointer;
    volatile Position checkpointed;
    volatile Instant checkpointedAt;
    volatile Instant lastReadAt;
    volatile Long millisBehindLatest;

    Shard(String id, Condition changed, Instant now) {
        this.id = id;
        this.changed = changed;
        this.checkpointedAt = now;
        this.lastReadAt = now;
    }

    /**
     * How far behind the end of the shard the reading is. What KCL said at the last read, and the time since then if nothing is read: because
     * what is held has no room for more, or because Kinesis does not answer. Empty before the first read.
     */
    Optional<Duration> behindLatest(Instant now) {
        Long then = millisBehindLatest;
        if (then == null) {
            return Optional.empty();
        }
        Duration unread = Duration.between(lastReadAt, now);
        Duration behind = Duration.ofMillis(then);
        return Optional.of(blocked || unread.compareTo(QUIET) > 0 ? behind.plus(unread) : behind);
    }

    /** Whether this record was accepted before: KCL delivers a batch again when it restarts a subscription. */
    boolean knows(Position position) {
        return lastAccepted != null && position.compareTo(lastAccepted) <= 0;
    }

    void accepted(HeldRecord record) {
        lastAccepted = record.position;
        span.addLast(record);
        held++;
        read++;
    }

    /** Moves the prefix as far as it is settled now. Each record is added and removed once, so the cost per record is constant. */
    void advance() {
        for (HeldRecord oldest = span.peekFirst();
                oldest != null && oldest.state == HeldRecord.State.SETTLED;
                oldest = span.peekFirst()) {
            settledPrefix = oldest.position;
            span.removeFirst();
        }
    }

    /** The records from the oldest unsettled one on, settled or not: what a crash would repeat. */
    int span() {
        return span.size();
    }

    Iterable<HeldRecord> records() {
        return span;
    }

    Optional<HeldRecord> oldest() {
        return Optional.ofNullable(span.peekFirst());
    }

    /** The last record before the first unsettled one; empty as long as the first accepted record is not settled. */
    Optional<Position> settledPrefix() {
        return Optional.ofNullable(settledPrefix);
    }

    void forgetAll() {
        span.clear();
        held = 0;
    }
}
