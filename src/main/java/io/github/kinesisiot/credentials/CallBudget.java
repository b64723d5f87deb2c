package io.github.kinesisiot.credentials;

import java.time.Duration;
import java.time.Instant;

/**
 * How many calls to STS may be made that bring no session, or a session that was not due: {@value #CAPACITY} at once, and one more each two
 * minutes. So in any hour there are at most 52 of them, whatever the mixture of faults; with the renewals of the shortest sessions AWS gives,
 * seven an hour, that stays below 60.
 *
 * <p>Only the moment at which it will be full again is kept. Not thread-safe.
 */
final class CallBudget {

    static final int CAPACITY = 22;
    static final Duration REFILL = Duration.ofMinutes(2);

    private Instant fullAt = Instant.MIN;

    /** A renewal that was due is made in any case, so this may take more than there is. */
    void spend(Instant now) {
        fullAt = now.plus(missing(now)).plus(REFILL);
    }

    /** Whole calls. */
    int left(Instant now) {
        return (int)
                Math.max(0, CAPACITY - missing(now).plus(REFILL).minusNanos(1).dividedBy(REFILL));
    }

    /** How long until that many calls are left; zero when they are. */
    Duration until(int calls, Instant now) {
        Duration wait = missing(now).minus(REFILL.multipliedBy(CAPACITY - calls));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    // A clock that was set back must not turn minutes into hours.
    private Duration missing(Instant now) {
        Duration missing = fullAt.isAfter(now) ? Duration.between(now, fullAt) : Duration.ZERO;
        Duration most = REFILL.multipliedBy(CAPACITY + 1);
        return missing.compareTo(most) > 0 ? most : missing;
    }
}
