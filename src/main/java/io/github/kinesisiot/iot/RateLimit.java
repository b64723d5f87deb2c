package io.github.kinesisiot.iot;

/**
 * The publish quotas of one connection: in no second more publishes than the rate, as they arrive at the broker ({@link ArrivalWindow}), and
 * within it no more than a tenth at once; bytes likewise; and less than that while the broker complains.
 *
 * <p>Not thread-safe, except for what comes after a publish was sent: {@link #answered}, {@link #written}, {@link #notSent} and
 * {@link #complaint}. Time comes in as nanoseconds of any one clock that only goes forward.
 */
final class RateLimit {

    private static final int BURSTS_PER_SECOND = 10;
    // A little less than a tenth of a second: a burst that goes late must not delay all later ones.
    private static final long BETWEEN_BURSTS = 1_000_000_000L * 9 / 10;

    private final int perSecond;
    private final ArrivalWindow arrivals;
    private final ByteWindow bytes;
    private final Slowdown slowdown;
    // When the last publishes went out, as a ring: the one a whole burst ago decides about the next.
    private final long[] sentAt;
    private long sent;

    /** Zero means unlimited, for both. */
    RateLimit(int perSecond, long bytesPerSecond) {
        this.perSecond = perSecond;
        this.arrivals = perSecond > 0 ? new ArrivalWindow(perSecond) : null;
        this.bytes = bytesPerSecond > 0 ? new ByteWindow(bytesPerSecond) : null;
        this.slowdown = new Slowdown(perSecond);
        this.sentAt = new long[Math.max(1, perSecond / BURSTS_PER_SECOND)];
    }

    /** Nanoseconds from now until a publish of so many bytes may go out; zero or less for at once, {@link Connection#NEVER} before an answer. */
    long delay(long now, long size) {
        long delay = slowdown.delay(now);
        if (arrivals != null) {
            delay = Math.max(delay, arrivals.delay(now));
            if (sent >= sentAt.length) {
                delay = Math.max(delay, sentAt[place()] + BETWEEN_BURSTS * sentAt.length / perSecond - now);
            }
        }
        return bytes == null ? delay : Math.max(delay, bytes.delay(now, size));
    }

    void record(long now, long size) {
        if (arrivals != null) {
            arrivals.sent(now);
            sentAt[place()] = now;
            sent++;
        }
        if (bytes != null) {
            bytes.record(now, size);
        }
        slowdown.sent(now);
    }

    /** The PUBACK of a publish came, whatever it says. */
    void answered(long sentAt, long now) {
        if (arrivals != null) {
            arrivals.answered(sentAt, now);
        }
    }

    /** A publish that gets no PUBACK is in the socket. */
    void written(long now) {
        if (arrivals != null) {
            arrivals.written(now);
        }
    }

    /** A publish that was recorded did not leave. */
    void notSent() {
        if (arrivals != null) {
            arrivals.notSent();
        }
    }

    /** The broker says that a quota is exceeded. */
    void complaint(long now) {
        slowdown.complaint(now);
    }

    /** Publishes that may be in the broker's second, of those allowed now. */
    QuotaUse.Share publishes(long now) {
        return arrivals == null
                ? QuotaUse.Share.NONE
                : new QuotaUse.Share(arrivals.taken(now), perSecond * slowdown.allowed(now));
    }

    QuotaUse.Share bytes(long now) {
        return bytes == null ? QuotaUse.Share.NONE : bytes.use(now);
    }

    private int place() {
        return (int) (sent % sentAt.length);
    }
}
