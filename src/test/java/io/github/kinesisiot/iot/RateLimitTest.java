package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The rate limit in virtual time. */
class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;
    /** A round trip without any delay on the way. */
    private static final long TRIP = SECOND / 50;

    /**
     * A bucket that is full after a pause lets almost twice the quota through within a second: AWS discards the excess. And what leaves within
     * the rate arrives above it when the network holds up what went first and not what comes a second later.
     */
    @Test
    void atTheBrokerNoSecondHoldsMoreThanTheRateHoweverLongThePacketsWereHeldUp() {
        for (int rate : new int[] {1, 7, 25, 99, 100}) {
            var publishes = new Publishes(rate);
            SplittableRandom random = new SplittableRandom(rate);
            Long arrived = null;
            for (int i = 0; i < 3000; i++) {
                if (random.nextInt(200) == 0) {
                    publishes.pause(random.nextLong(2 * SECOND)); // idle now and then
                }
                long heldUp = random.nextInt(50) == 0 ? random.nextLong(SECOND / 3) : random.nextLong(SECOND / 500);
                long answerHeldUp = random.nextInt(50) == 0 ? random.nextLong(SECOND / 3) : 0;
                // One connection: nothing overtakes.
                long next = publishes.next() + TRIP / 2 + heldUp;
                arrived = arrived == null || next - arrived > 0 ? next : arrived + 1;
                publishes.arrivesAt(arrived, arrived + TRIP / 2 + answerHeldUp);
            }
            assertThat(publishes.busiestSecond()).as("rate %d", rate).isLessThanOrEqualTo(rate);
        }
    }

    /** Waiting for each PUBACK a second long would cost the round trip's share of the quota: a third at 500 ms. */
    @Test
    void aLongWayToTheBrokerCostsNothingOfTheRate() {
        for (long trip : new long[] {SECOND / 1000, SECOND / 50, SECOND / 2}) {
            var publishes = new Publishes(100);
            long begin = publishes.now;
            for (int i = 0; i < 3000; i++) {
                long sent = publishes.next();
                publishes.arrivesAt(sent + trip / 2, sent + trip);
            }
            assertThat(publishes.next() - begin)
                    .as("trip %d ns", trip)
                    .isBetween(29 * SECOND, 30 * SECOND + SECOND / 3);
        }
    }

    /** A publish whose PUBACK never comes may still arrive at any moment: it keeps its place, and costs no more than that. */
    @Test
    void aPublishWithoutAnAnswerCostsOnePlace() {
        RateLimit limit = new RateLimit(2, 0);
        limit.record(0, 1);
        limit.record(SECOND, 1);
        assertThat(limit.delay(5 * SECOND, 1)).isEqualTo(Connection.NEVER);
        limit.answered(SECOND, 5 * SECOND);
        assertThat(limit.delay(5 * SECOND, 1)).isPositive().isLessThan(SECOND);
        assertThat(limit.delay(6 * SECOND, 1)).isLessThanOrEqualTo(0);
        limit.record(6 * SECOND, 1);
        assertThat(limit.delay(7 * SECOND, 1)).isEqualTo(Connection.NEVER);
        limit.notSent();
        assertThat(limit.delay(7 * SECOND, 1)).isLessThanOrEqualTo(0);
    }

    /** QoS 0 has no PUBACK that could free a place. */
    @Test
    void withoutPubacksTheTimeOfWritingCounts() {
        RateLimit limit = new RateLimit(100, 0);
        long now = 0;
        for (int i = 0; i <= 1000; i++) {
            now += Math.max(0, limit.delay(now, 1));
            limit.record(now, 1);
            limit.written(now);
        }
        assertThat(now).isBetween(10 * SECOND + SECOND / 10, 10 * SECOND + SECOND / 4);
    }

    /** All the quota at once would be two quotas at once for a broker whose second begins elsewhere. */
    @Test
    void atMostATenthGoesOutAtOnce() {
        RateLimit limit = new RateLimit(100, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.delay(0, 1)).isZero();
            limit.record(0, 1);
        }
        assertThat(limit.delay(0, 1)).isEqualTo(SECOND * 9 / 100);
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
                limit.answered(now, now);
            }
            assertThat(now).as("%d per second", rate).isBetween(10 * SECOND, 10 * SECOND + SECOND / 10);
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
        limit.answered(0, 0);
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
                limit.answered(now, now);
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

    /** Sends at the first moment that the limit allows; answers come when their time has come. */
    private static final class Publishes {
        private record Answer(long sentAt, long at) {}

        private final RateLimit limit;
        private final PriorityQueue<Answer> answers = new PriorityQueue<>((a, b) -> Long.signum(a.at - b.at));
        private final List<Long> arrivals = new ArrayList<>();
        private long now = Long.MAX_VALUE - 3 * SECOND; // the ticker may wrap around
        private long sent;

        Publishes(int rate) {
            limit = new RateLimit(rate, 0);
        }

        void pause(long nanos) {
            now += nanos;
        }

        /** When the next one is sent. */
        long next() {
            deliver();
            for (long delay = limit.delay(now, 1); delay > 0; delay = limit.delay(now, 1)) {
                Answer first = answers.peek();
                now = delay == Connection.NEVER || first != null && first.at - now < delay ? first.at : now + delay;
                deliver();
            }
            limit.record(now, 1);
            sent = now;
            return now;
        }

        void arrivesAt(long arrival, long answer) {
            arrivals.add(arrival);
            answers.add(new Answer(sent, answer));
        }

        int busiestSecond() {
            int most = 0;
            int from = 0;
            for (int to = 0; to < arrivals.size(); to++) {
                while (arrivals.get(to) - arrivals.get(from) >= SECOND) {
                    from++;
                }
                most = Math.max(most, to - from + 1);
            }
            return most;
        }

        private void deliver() {
            while (!answers.isEmpty() && answers.peek().at - now <= 0) {
                Answer answer = answers.poll();
                limit.answered(answer.sentAt, answer.at);
            }
        }
    }
}
