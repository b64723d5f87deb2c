package io.github.kinesisiot.cloud;

/** How long the next bytes have to wait: not at all, as long as no second has brought more than a second's worth. */
final class Throughput {
    private static final long SECOND = 1_000_000_000L;

    private final long perSecond;
    private long paidUntil = Long.MIN_VALUE;

    Throughput(long perSecond) {
        this.perSecond = perSecond;
    }

    /** @return nanoseconds; zero or less for none */
    long used(long bytes, long nanos) {
        paidUntil = (paidUntil == Long.MIN_VALUE ? nanos : Math.max(paidUntil, nanos)) + bytes * SECOND / perSecond;
        return paidUntil - nanos - SECOND;
    }
}
