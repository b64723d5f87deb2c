package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The rate limit in virtual time. */
class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;

    /** A bucket that is full after a pause lets almost twice the quota through within a second: AWS discards the excess. */
    @Test
    void noWindowOfOneSecondHoldsMoreThanTheRate() {
        for (int rate : new int[] {1, 7, 25, 99, 100}) {
            RateLimit limit = new RateLimit(rate, 0);
            SplittableRandom random = new SplittableRandom(rate);
            List<Long> sent = new ArrayList<>();
            long now = Long.MAX_VALUE - 3 * SECOND; // the ticker may wrap around
            for (int i = 0; i < 3000; i++) {
                if (random.nextInt(200) == 0) {
                    now += random.nextLong(2 * SECOND); // idle now and then
                }
                long delay = limit.delay(now, 1);
                if (delay > 0) {
                    now += delay;
                    assertThat(limit.delay(now, 1)).isLessThanOrEqualTo(0);
                }
                limit.record(now, 1);
                sent.add(now);
            }
            for (int i = rate; i < sent.size(); i++) {
                assertThat(sent.get(i) - sent.get(i - rate)).as("rate %d", rate).isGreaterThanOrEqualTo(SECOND);
            }
        }
    }

    /** All the quota at once would be two quotas at once for a broker whose second begins elsewhere. */
    @Test
    void atMostATenthGoesOutAtOnce() {
        RateLimit limit = new RateLimit(100, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.delay(0, 1)).isZero();
            limit.record(0, 1);
        }
        assertThat(limit.delay(0, 1)).isEqualTo(SECOND / 10);
    }

    /** A limit that rounds itself down wastes the quota. */
    @Test
    void theFullRateIsReached() {
        for (int rate : new int[] {1, 3, 7, 100, 250}) {
            RateLimit limit = new RateLimit(rate, 0);
            long now = 0;
            for (int i = 0; i <= 10 * rate; i++) {
                now += Math.max(0, limit.delay(now, 1));
                limit.record(now, 1);
            }
            assertThat(now).as("%d per second", rate).isBetween(10 * SECOND, 10 * SECOND + SECOND / 5);
        }
    }

    /** 128 KiB messages at 100 a second are 25 times what AWS lets through: the PUBACKs would come too late. */
    @Test
    void bytesAreSpacedOut() {
        RateLimit limit = new RateLimit(100, 512 * 1024);
        long now = 0;
        for (int i = 0; i < 40; i++) {
            now += Math.max(0, limit.delay(now, 1));
            limit.record(now, 128 * 1024);
        }
        assertThat(now).isBetween(8 * SECOND, 10 * SECOND);
    }

    /** Zero is no limit, not no publishes. */
    @Test
    void zeroMeansUnlimited() {
        RateLimit limit = new RateLimit(0, 0);
        for (int i = 0; i < 1000; i++) {
            assertThat(limit.delay(i, 1_000_000)).isZero();
            limit.record(i, 1_000_000);
        }
    }
}
