package io.github.kinesisiot.iot;

/**
 * The publish quotas of one connection: in no window of one second more publishes than the rate, and within it no more than a tenth at
 * once, since the broker's second is not ours; bytes likewise; and less than that while the broker complains. The whole rate is spread over a
 * little more than a second: the network may hold up one packet and not the one a second later, and they arrive closer than they left.
 *
 * <p>Not thread-safe, except for {@link #complaint}. Time comes in as nanoseconds of any one clock that only goes forward.
 */
final class RateLimit {

    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = SECOND + SECOND * 15 / 1000;
    private static final int BURSTS_PER_SECOND = 10;

    private final int perSecond;
    private final int burst;
    private final ByteWindow bytes;
    private final Slowdown slowdown;
    // When the last publishes went out, as a ring: the one a whole rate ago decides about the next.
    private final long[] sentAt;
    private long sent;

    /** Zero means unlimited, for both. */
    RateLimit(int perSecond, long bytesPerSecond) {
        this.perSecond = perSecond;
        this.burst = Math.max(1, perSecond / BURSTS_PER_SECOND);
        this.bytes = bytesPerSecond > 0 ? new ByteWindow(bytesPerSecond) : null;
        this.slowdown = new Slowdown(perSecond);
        this.sentAt = new long[perSecond];
    }

    /** Nanoseconds from now until a publish of so many bytes may go out; zero or less for at once. */
    long delay(long now, long size) {
        long delay = slowdown.delay(now);
        if (perSecond > 0) {
            if (sent >= perSecond) {
                delay = Math.max(delay, sentAt[index(sent - perSecond)] + WINDOW - now);
            }
            if (sent >= burst) {
                delay = Math.max(delay, sentAt[index(sent - burst)] + SECOND * burst / perSecond - now);
            }
        }
        return bytes == null ? delay : Math.max(delay, bytes.delay(now, size));
    }

    void record(long now, long size) {
        if (perSecond > 0) {
            sentAt[index(sent)] = now;
            sent++;
        }
        if (bytes != null) {
            bytes.record(now, size);
        }
        slowdown.sent(now);
    }

    /** The broker says that a quota is exceeded. */
    void complaint(long now) {
        slowdown.complaint(now);
    }

    /** Publishes in the last second, of those allowed now. */
    QuotaUse.Share publishes(long now) {
        long recent = 0;
        for (long number = sent - 1; number >= Math.max(0, sent - perSecond); number--) {
            if (now - sentAt[index(number)] >= WINDOW) {
                break;
            }
            recent++;
        }
        return new QuotaUse.Share(recent, perSecond * slowdown.allowed(now));
    }

    QuotaUse.Share bytes(long now) {
        return bytes == null ? QuotaUse.Share.NONE : bytes.use(now);
    }

    private int index(long number) {
        return (int) (number % perSecond);
    }
}
