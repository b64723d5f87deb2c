package io.github.kinesisiot.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When to call STS next. A pure function of time and chance.
 *
 * <p>A session is renewed ahead of its end by the smaller of ten minutes and a third of its actual lifetime, and up to a tenth of that lead
 * earlier still, so that containers started together do not renew together. The lead scales with the lifetime because a lead as long as the
 * session is a refresh storm.
 */
final class RenewalSchedule {

    private static final Duration LONGEST_LEAD = Duration.ofMinutes(10);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

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
     * How long to wait after a failure: full jitter from one second doubling to one minute, or between half a minute and two when a person
     * has to act first.
     *
     * @param failures how many calls in a row have failed, at least 1
     */
    Duration untilRetry(int failures, boolean waitsForPerson) {
        if (waitsForPerson) {
            return between(Duration.ofSeconds(30), Duration.ofSeconds(120));
        }
        long cap = FIRST_RETRY.toMillis() << Math.min(failures - 1, 20);
        return between(Duration.ofMillis(100), shorter(LONGEST_RETRY, Duration.ofMillis(cap)));
    }

    private Duration between(Duration least, Duration most) {
        return least.plusMillis((long) (random.nextDouble() * most.minus(least).toMillis()));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
