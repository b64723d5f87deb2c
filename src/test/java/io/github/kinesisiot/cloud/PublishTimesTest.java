package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PublishTimesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PublishTimes times = new PublishTimes();

    // Seconds of the clock would hide a burst at the turn of two of them.
    @Test
    void theStretchSlidesAndItsEndIsOutsideOfIt() {
        for (long millis : new long[] {0, 900, 1_000, 1_800, 1_899, 3_000}) {
            times.arrived(Duration.ofMillis(millis).toNanos());
        }
        assertThat(times.busiest(SECOND)).isEqualTo(4);
        assertThat(times.busiest(Duration.ofSeconds(5))).isEqualTo(6);
        times.forget();
        assertThat(times.busiest(SECOND)).isZero();
    }
}
