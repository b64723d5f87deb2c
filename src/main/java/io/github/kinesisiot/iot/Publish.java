package io.github.kinesisiot.iot;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One message on its way. However many of callback, time-out and lost connection come to it, the first settles it and the rest change
 * nothing.
 *
 * <p>Thread-safe.
 */
final class Publish {

    /** Learns how it went. Called once, on the thread that settled it: must not block. */
    interface Outcome {
        /** Failure is null when the message was delivered. */
        void settled(Publish publish, PublishException failure);
    }

    private final Message message;
    private final long submittedAt;
    private final Outcome outcome;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile long sentAt;
    private volatile int saved;
    private volatile int packetId;

    Publish(Message message, long submittedAt, Outcome outcome) {
        this.message = message;
        this.submittedAt = submittedAt;
        this.outcome = outcome;
    }

    Message message() {
        return message;
    }

    /** Nanoseconds of the pool's ticker, as are {@link #sentAt()}'s. */
    long submittedAt() {
        return submittedAt;
    }

    long sentAt() {
        return sentAt;
    }

    void sentAt(long nanos) {
        sentAt = nanos;
    }

    int packetId() {
        return packetId;
    }

    void packetId(int id) {
        packetId = id;
    }

    /** Bytes that a topic alias saved. */
    int saved() {
        return saved;
    }

    void saved(int bytes) {
        saved = bytes;
    }

    boolean isSettled() {
        return settled.get();
    }

    /** Whether this call was the one that settled it. */
    boolean settle(PublishException failure) {
        if (!settled.compareAndSet(false, true)) {
            return false;
        }
        outcome.settled(this, failure);
        return true;
    }
}
