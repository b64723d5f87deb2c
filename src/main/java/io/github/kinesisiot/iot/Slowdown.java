package io.github.kinesisiot.iot;

/**
 * What a connection does when the broker says that a quota is exceeded: nothing for a second, then half of its rate, then a tenth of the
 * rate more with each second without another complaint. Complaints within one second count as one, since a whole window of publishes may
 * be answered alike.
 *
 * <p>Thread-safe. Time is nanoseconds of any one clock that only goes forward.
 */
final class Slowdown {

    private static final long SECOND = 1_000_000_000L;
    private static final double LEAST = 0.02;
    private static final double STEP = 0.1;

    private final int perSecond;
    private double share = 1;
    private long complainedAt;
    private long lastSent;

    /** @param perSecond the full rate; a connection without one that gets a complaint all the same is taken to have AWS's */
    Slowdown(int perSecond) {
        this.perSecond = perSecond > 0 ? perSecond : Quotas.AWS_PUBLISH_RATE;
    }

    synchronized void complaint(long now) {
        if (share < 1 && now - complainedAt < SECOND) {
            return;
        }
        share = Math.max(LEAST, share(now) / 2);
        complainedAt = now;
        lastSent = now;
    }

    /** Nanoseconds from now until the next publish may go out; zero or less for at once. */
    synchronized long delay(long now) {
        double allowed = share(now);
        if (allowed >= 1) {
            share = 1;
            return 0;
        }
        return Math.max(complainedAt + SECOND - now, lastSent + (long) (SECOND / (perSecond * allowed)) - now);
    }

    /** The share of the rate that it may use now, from nearly 0 to 1. */
    synchronized double allowed(long now) {
        return share(now);
    }

    synchronized void sent(long now) {
        lastSent = now;
    }

    private double share(long now) {
        return share >= 1 ? 1 : Math.min(1, share + STEP * Math.max(0, (now - complainedAt) / SECOND - 1));
    }
}
