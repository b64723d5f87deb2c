package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateLimitsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    // With seconds of the clock, twice as many pass at the turn of two of them.
    @Test
    void noSecondTakesMoreThanItsNumber() {
        var limit = new SlidingSecond(100);
        assertThat(IntStream.range(0, 150).filter(i -> limit.take(SECOND / 2))).hasSize(100);
        assertThat(limit.take(SECOND + SECOND / 2 - 1)).isFalse();
        assertThat(limit.take(SECOND + SECOND / 2)).isTrue();
    }

    // Delaying a client that keeps to the quota would make the bridge look slow.
    @Test
    void bytesWaitOnlyBeyondASecondsWorth() {
        var throughput = new Throughput(1_000);
        assertThat(throughput.used(1_000, 0)).isNotPositive();
        assertThat(throughput.used(500, 0)).isEqualTo(SECOND / 2);
        assertThat(throughput.used(500, 10 * SECOND)).isNotPositive();
    }

    // AWS's quota for a client id; and the account's counts those of all of them.
    @Test
    void connectsAreCountedForEachClientIdAndForTheAccount() {
        var ids = new ClientIds();
        IotQuotas quotas = IotQuotas.AWS.connectsPerSecond(3);
        assertThat(ids.connects(connect("a"), 0, quotas)).isTrue();
        assertThat(ids.connects(connect("a"), SECOND - 1, quotas)).isFalse();
        assertThat(ids.connects(connect("b"), SECOND - 1, quotas)).isTrue();
        assertThat(ids.connects(connect("c"), SECOND - 1, quotas)).isTrue();
        assertThat(ids.connects(connect("d"), SECOND - 1, quotas)).isFalse();
        assertThat(ids.connects(connect("a"), 2 * SECOND - 1, quotas)).isTrue();
        assertThat(ids.busiest(Duration.ofSeconds(1))).isEqualTo(2);
    }

    private static GateConnect connect(String id) {
        return new GateConnect(Instant.EPOCH, 1, id);
    }
}
