package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatusReportTest {

    private final TestWindow test = new TestWindow(10);
    private final Problems problems = new Problems();
    private final Shard shard = test.window.open("shard-1");

    /** A shard that stands still behind one record for hours must show in readiness, with the record and the reason. */
    @Test
    void aShardIsBlockedOnceItsOldestRecordHasFailedForHalfAMinute() {
        test.offer(shard, "a", 7);
        test.fail("a7");
        assertThat(status().blocked()).isEmpty();

        test.time.advance(Duration.ofSeconds(31));

        assertThat(status().blocked()).singleElement().satisfies(blocked -> {
            assertThat(blocked.shardId()).isEqualTo("shard-1");
            assertThat(blocked.sequenceNumber()).isEqualTo("7");
            assertThat(blocked.reason()).isEqualTo("IllegalStateException");
        });
    }

    /** A record that merely takes long is no reason to take the container out of service. */
    @Test
    void aSlowRecordBlocksNothing() {
        test.offer(shard, "a", 7);
        test.time.advance(Duration.ofSeconds(50));
        assertThat(status().blocked()).isEmpty();
        assertThat(status().reading()).isTrue();
    }

    /** KCL that hangs delivers nothing and says nothing: silence must not look like an empty stream. */
    @Test
    void aShardThatIsNotReadForAMinuteIsNotReading() {
        assertThat(status().reading()).isTrue();
        test.time.advance(Duration.ofSeconds(61));
        assertThat(status().reading()).isFalse();
    }

    private SourceStatus status() {
        return StatusReport.of(test.window, true, problems);
    }
}
