package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeasesTest {

    /** With a scan each third of the failover time a shard is silent for up to 14 s at a failover time of 10 s, and for 41 s at 30 s. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5, 10, 60, 600})
    void aShardIsTakenOverWithinTwoSecondsOfTheFailoverTime(long seconds) {
        Duration interval = Leases.scanInterval(Duration.ofSeconds(seconds));

        assertThat(interval.multipliedBy(2)).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(interval).isLessThan(Duration.ofSeconds(seconds));
    }

    /** With ten seconds for each call a lease of two seconds was believed in for twenty. */
    @ParameterizedTest
    @CsvSource({"1,2000", "6,2000", "9,3000", "10,3333", "60,10000"})
    void aCallToTheLeaseTableTakesNoLongerThanTheHeartbeatsAreApart(long failoverSeconds, long millis) {
        assertThat(KclConfig.tableTimeout(Duration.ofSeconds(failoverSeconds))).hasMillis(millis);
    }
}
