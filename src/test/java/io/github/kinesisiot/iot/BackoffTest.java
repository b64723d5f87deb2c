package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    /** Without jitter every connection of every container comes back in the same instant. */
    @Test
    void thePauseIsAnythingUpToALimitThatDoubles() {
        long[] largest = new long[8];
        for (int seed = 0; seed < 2000; seed++) {
            Backoff backoff = new Backoff(Duration.ofSeconds(30), new SplittableRandom(seed));
            for (int i = 0; i < largest.length; i++) {
                largest[i] = Math.max(largest[i], backoff.next());
            }
        }
        long[] limits = {1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000};
        for (int i = 0; i < limits.length; i++) {
            assertThat(largest[i]).isLessThanOrEqualTo(limits[i]).isGreaterThan(limits[i] * 9 / 10);
        }
    }

    /** A shift by more than the width of a long would turn the pause negative after an hour of outage. */
    @Test
    void thousandsOfFailuresStayWithinTheLimitAndResetForgetsThem() {
        Backoff backoff = new Backoff(Duration.ofSeconds(30), new SplittableRandom(1));
        assertThat(LongStream.generate(backoff::next).limit(10_000).boxed())
                .allSatisfy(pause -> assertThat(pause).isBetween(0L, 30_000L));
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(1000);
    }
}
