package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.trace.RecordSpan;
import java.time.Instant;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * One record between its acceptance by the window and its settlement.
 *
 * <p>Everything that changes is guarded by the lock of the {@link Window} that holds the record; an {@link Attempt} reads it between the
 * start and the end of that attempt, when the window leaves it alone.
 */
final class HeldRecord {

    enum State {
        /** Behind another record of its key. */
        WAITING,
        /** Its key's turn, but no room or no thread yet. */
        READY,
        /** Handed to the route. */
        IN_FLIGHT,
        /** Failed; its next attempt is being waited for. */
        BACKING_OFF,
        SETTLED,
        /** Its lease is gone or the window closed: nobody will start it again here. */
        FORGOTTEN
    }

    final Shard shard;
    final Position position;
    final int bytes;
    final String key;
    final Instant acceptedAt;

    /** Null once the record is settled or forgotten: what still stands in the shard's order then needs no payload. */
    KinesisClientRecord data;

    State state = State.WAITING;
    /** The number of the attempt that runs or ran last; 0 before the first. */
    int attempt;
    /** When the first attempt began. */
    Instant firstAttemptAt;
    /** Why the last attempt failed; null before the first failure. */
    Throwable lastFailure;
    /** What the last attempt that failed was to be published to; null if none came as far. */
    String lastTopic;
    /** Null before the first attempt, and when nothing is traced. */
    RecordSpan span;
    /** The next record of the same key, in the order of acceptance. */
    HeldRecord nextOfKey;

    HeldRecord(Shard shard, KinesisClientRecord data, Position position, Instant acceptedAt) {
        this.shard = shard;
        this.acceptedAt = acceptedAt;
        this.data = data;
        this.position = position;
        this.bytes = data.data().remaining();
        this.key = data.partitionKey();
    }

    boolean failing() {
        return lastFailure != null && state != State.SETTLED && state != State.FORGOTTEN;
    }
}
