package io.github.kinesisiot.cloud;

import java.util.concurrent.TimeUnit;

/**
 * Bytes that are counted after the fact, as a read is: one of ten MiB is answered, and those of the next four seconds are not. For one
 * thread at a time.
 */
final class ByteRate {
    private final long perSecond;
    private long left;
    private long asOf;

    ByteRate(long perSecond, long now) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.asOf = now;
    }

    boolean allows(long now) {
        double more = (now - asOf) / (double) TimeUnit.SECONDS.toNanos(1) * perSecond;
        left = (long) Math.min(perSecond, left + more);
        asOf = now;
        return left > 0;
    }

    void spend(long bytes) {
        left -= bytes;
    }
}
