package io.github.kinesisiot.iot;

/**
 * The publish quota of one connection: in no window of one second more than the rate, and within it no more than a tenth at once, since
 * the broker's second is not ours. A second limit spaces bytes out.
 *
 * <p>Not thread-safe. Time comes in as nanoseconds of any one clock that only goes forward.
 */
final class RateLimit {

    private static final long SECOND = 1_000_000_000L;
    private static final int BURSTS_PER_SECOND = 10;

    private final int perSecond;
    private final int burst;
    private final long bytesPerSecond;
    // When the last publishes went out, as a ring: the one a whole rate ago decides about the next.
    private final long[] sentAt;
    private long sent;
    private boolean bytesSent;
    private long bytesPaidAt;

    /** Zero means unlimited, for both. */
    RateLimit(int perSecond, long bytesPerSecond) {
        this.perSecond = perSecond;
        this.burst = Math.max(1, perSecond / BURSTS_PER_SECOND);
        this.bytesPerSecond = bytesPerSecond;
        this.sentAt = new long[perSecond];
    }

    /** Nanoseconds from now until the next publish may go out; zero or less for at once. */
    long delay(long now) {
        long delay = 0;
        if (perSecond > 0) {
            if (sent >= perSecond) {
                delay = Math.max(delay, sentAt[index(sent - perSecond)] + SECOND - now);
            }
            if (sent >= burst) {
                delay = Math.max(delay, sentAt[index(sent - burst)] + SECOND * burst / perSecond - now);
            }
        }
        if (bytesPerSecond > 0 && bytesSent) {
            // Up to a second's worth may be ahead of its time: large messages need not trickle.
            delay = Math.max(delay, bytesPaidAt - SECOND - now);
        }
        return delay;
    }

    void record(long now, int bytes) {
        if (perSecond > 0) {
            sentAt[index(sent)] = now;
            sent++;
        }
        if (bytesPerSecond > 0) {
            long from = bytesSent && bytesPaidAt - now > 0 ? bytesPaidAt : now;
            bytesPaidAt = from + SECOND * bytes / bytesPerSecond;
            bytesSent = true;
        }
    }

    private int index(long number) {
        return (int) (number % perSecond);
    }
}
