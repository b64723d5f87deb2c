package io.github.kinesisiot.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When to call STS next. A pure function of time, of what is left of the {@link CallBudget}, and of chance.
 *
 * <p>A session is renewed ahead of its end by the smaller of ten minutes and a third of its actual lifetime, and up to a tenth of that lead
 * earlier still, so that containers started together do not renew together. The lead scales with the lifetime because a lead as long as the
 * session is a refresh storm.
 *
 * <p>After a failure there is no hurry while the old session serves: full jitter from one second doubling to one minute, and at most a
 * quarter of what is left of that session. Without a session
 * publishing waits: every two to three seconds, for as long as STS is not reached at all or the budget lasts.
 */
final class RenewalSchedule {

    /** Calls that are kept for the time when publishing waits. */
    static final int RESERVE = 14;

    private static final int SCARCE = 8;
    private static final Duration LONGEST_LEAD = Duration.ofMinutes(10);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);
    private static final Duration QUICK_FROM = Duration.ofSeconds(2);
    private static final Duration QUICK_TO = Duration.ofSeconds(3);
    private static final Duration PERSON_FROM = Duration.ofSeconds(30);
    private static final Duration PERSON_TO = Duration.ofSeconds(120);
    private static final Duration SHORTEST_LIMIT = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofMillis(100);

    private final RandomGenerator random;

    RenewalSchedule(RandomGenerator random) {
        this.random = random;
    }

    /** How long to wait from {@code now} until the session that ends at {@code expiry} is renewed; zero when that moment has passed. */
    Duration untilRenewal(Instant now, Instant expiry) {
        Duration lifetime = Duration.between(now, expiry);
        if (lifetime.isNegative()) {
            return Duration.ZERO;
        }
        Duration lead = shorter(LONGEST_LEAD, lifetime.dividedBy(3));
        Duration jitter = Duration.ofNanos((long) (random.nextDouble() * lead.toNanos() / 10));
        return lifetime.minus(lead).minus(jitter);
    }

    /**
     * How long to wait after a failure.
     *
     * @param failures how many calls in a row have failed, at least 1
     * @param sessionLeft how long the old session still serves; zero when there is none
     * @param budget from which the failed call has been taken if STS has seen it
     */
    Duration untilRetry(StsTrouble trouble, int failures, Duration sessionLeft, CallBudget budget, Instant now) {
        Duration affordable = budget.until(1, now);
        if (trouble.waitsForPerson()) {
            return longer(between(PERSON_FROM, PERSON_TO), affordable);
        }
        if (sessionLeft.compareTo(Duration.ZERO) > 0) {
            Duration pause = longer(
                    between(SOON, inTime(doubled(FIRST_RETRY, failures - 1, LONGEST_RETRY), sessionLeft)),
                    trouble.seenBySts() ? budget.until(RESERVE + 1, now) : affordable);
            Duration atTheEnd = sessionLeft.plus(between(Duration.ZERO, FIRST_RETRY));
            return shorter(pause, longer(atTheEnd, affordable));
        }
        if (failures == 1) {
            return longer(between(SOON, FIRST_RETRY), affordable);
        }
        int missing = trouble.seenBySts() ? Math.max(0, SCARCE - budget.left(now)) : 0;
        return longer(between(QUICK_FROM, doubled(QUICK_TO, missing, PERSON_TO)), affordable);
    }

    // The nearer the end, the shorter: after a success the connections still have to move before it.
    private static Duration inTime(Duration pause, Duration sessionLeft) {
        return shorter(pause, longer(SHORTEST_LIMIT, sessionLeft.dividedBy(4)));
    }

    private static Duration doubled(Duration first, int times, Duration most) {
        return shorter(most, Duration.ofMillis(first.toMillis() << Math.min(times, 20)));
    }

    private Duration between(Duration least, Duration most) {
        return least.plusMillis((long) (random.nextDouble() * most.minus(least).toMillis()));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
