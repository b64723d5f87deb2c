package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff longest = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), bound -> bound - 1);

    /** A back-off that does not grow hammers a target that is down. */
    @Test
    void theLongestWaitDoublesUpToTheBound() {
        assertThat(IntStream.rangeClosed(1, 11).mapToObj(longest::delayAfter).map(Duration::toMillis))
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
    }

    /** After days of failures the exponent must not overflow into a wait of nothing. */
    @Test
    void manyFailuresDoNotOverflow() {
        assertThat(longest.delayAfter(63)).isEqualTo(Duration.ofSeconds(30));
        assertThat(longest.delayAfter(1_000_000)).isEqualTo(Duration.ofSeconds(30));
    }

    /** Without the full range of jitter, records that failed together come back together. */
    @Test
    void theShortestWaitIsNothing() {
        assertThat(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), bound -> 0).delayAfter(5))
                .isZero();
    }

    /** A first wait above the longest one is cut to it. */
    @Test
    void theFirstWaitIsBoundedToo() {
        assertThat(new Backoff(Duration.ofMinutes(1), Duration.ofSeconds(1), bound -> bound - 1).delayAfter(1))
                .isEqualTo(Duration.ofSeconds(1));
    }
}
