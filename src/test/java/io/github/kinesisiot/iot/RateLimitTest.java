package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The rate limit in virtual time. */
class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long JITTER = SECOND / 100;

    /**
     * A bucket that is full after a pause lets almost twice the quota through within a second: AWS discards the excess. And what leaves within
     * the rate arrives above it when the network holds up the first packet of a second for 10 ms and not the last.
     */
    @Test
    void noWindowOfOneSecondHoldsMoreThanTheRateNorDoesItAfterSomeJitter() {
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
                assertThat(sent.get(i) - sent.get(i - rate))
                        .as("rate %d", rate)
                        .isGreaterThanOrEqualTo(SECOND + JITTER);
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
            assertThat(now).as("%d per second", rate).isBetween(10 * SECOND, 10 * SECOND + 2 * SECOND / 10);
        }
    }

    /** 128 KiB messages at 100 a second are 25 times what AWS lets through: the PUBACKs would come too late. */
    @Test
    void noWindowOfOneSecondHoldsMoreBytesThanTheLimit() {
        int most = 512 * 1024;
        RateLimit limit = new RateLimit(0, most);
        SplittableRandom random = new SplittableRandom(3);
        List<long[]> sent = new ArrayList<>();
        long now = Long.MAX_VALUE - 3 * SECOND;
        long begin = now;
        long bytes = 0;
        for (int i = 0; i < 2000; i++) {
            long size = 1 + random.nextLong(random.nextBoolean() ? 200 : 128 * 1024);
            if (random.nextInt(200) == 0) {
                now += SECOND / 3;
            }
            now += Math.max(0, limit.delay(now, size));
            assertThat(limit.delay(now, size)).isZero();
            limit.record(now, size);
            sent.add(new long[] {now, size});
            bytes += size;
        }
        for (int i = 0; i < sent.size(); i++) {
            long within = 0;
            for (int j = i; j < sent.size() && sent.get(j)[0] - sent.get(i)[0] < SECOND; j++) {
                within += sent.get(j)[1];
            }
            assertThat(within).isLessThanOrEqualTo(most);
        }
        assertThat(bytes * SECOND / (now - begin))
                .as("a limit that wastes the quota")
                .isGreaterThan(most * 85L / 100);
    }

    /** A message above the limit must not wait for ever. */
    @Test
    void aMessageLargerThanTheLimitGoesAloneInItsSecond() {
        RateLimit limit = new RateLimit(0, 1000);
        limit.record(0, 5000);
        long wait = limit.delay(0, 5000);
        assertThat(wait).isBetween(SECOND, SECOND + SECOND / 40);
        assertThat(limit.delay(wait, 5000)).isZero();
    }

    /** Going on at full rate after 0x97 turns one refused publish into hundreds. */
    @Test
    void aComplaintStopsForASecondThenHalvesTheRateWhichComesBackInSteps() {
        RateLimit limit = new RateLimit(100, 0);
        limit.record(0, 1);
        limit.complaint(0);
        assertThat(limit.delay(0, 1)).isEqualTo(SECOND);
        assertThat(perSecond(limit, SECOND)).isBetween(48, 51);
        assertThat(perSecond(limit, 2 * SECOND)).isBetween(58, 61);
        assertThat(perSecond(limit, 6 * SECOND)).isBetween(96, 100);
        limit.complaint(7 * SECOND);
        limit.complaint(7 * SECOND + SECOND / 2); // the rest of the same window
        assertThat(limit.delay(7 * SECOND, 1)).isEqualTo(SECOND);
        assertThat(perSecond(limit, 8 * SECOND)).isBetween(48, 51);
        for (int i = 0; i < 20; i++) {
            limit.complaint((10 + i) * SECOND);
        }
        assertThat(perSecond(limit, 30 * SECOND))
                .as("it never stops altogether")
                .isPositive();
        assertThat(perSecond(limit, 60 * SECOND)).isEqualTo(100);
    }

    /** A broker without a known quota that complains has one all the same. */
    @Test
    void aComplaintSlowsDownAConnectionWithoutARateToo() {
        RateLimit limit = new RateLimit(0, 0);
        limit.complaint(0);
        assertThat(limit.delay(0, 1)).isEqualTo(SECOND);
        assertThat(perSecond(limit, SECOND)).isBetween(48, 51);
    }

    private static int perSecond(RateLimit limit, long from) {
        int sent = 0;
        for (long now = from; now < from + SECOND; now += Math.max(1, limit.delay(now, 1))) {
            if (limit.delay(now, 1) <= 0) {
                limit.record(now, 1);
                sent++;
            }
        }
        return sent;
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
