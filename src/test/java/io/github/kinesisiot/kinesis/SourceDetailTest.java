package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.kinesis.SourceDetail.Failing;
import io.github.kinesisiot.kinesis.SourceDetail.Held;
import io.github.kinesisiot.kinesis.SourceDetail.ShardDetail;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SourceDetailTest {

    private static final Instant BEGIN = Instant.parse("2026-11-22T00:00:00Z");

    private final TestWindow test = new TestWindow(10);
    private final Shard shard = test.window.open("shard-1");

    // Figures that drift from what the window does send the reader the wrong way: each is counted where it happens.
    @Test
    void whatWentThroughTheWindowAndWhatIsInItIsToldApart() {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.offer(shard, "b", 3);
        test.settle("a1");
        test.fail("b3");

        assertThat(test.window.figures()).isEqualTo(new Held(2, 20, 2, 1_000_000, 1, 10, 2, 3, 1, 1));
        ShardDetail detail = detail();
        assertThat(detail.read()).isEqualTo(3);
        assertThat(detail.settled()).isEqualTo(1);
        assertThat(detail.held()).isEqualTo(2);
        assertThat(detail.inFlight()).isEqualTo(1);
        assertThat(detail.oldestAcceptedAt()).contains(BEGIN);
        assertThat(detail.failing()).as("the oldest one does not fail").isEmpty();
    }

    // The one record that holds up a shard is what somebody looks for.
    @Test
    void theOldestRecordOfAShardIsNamedOnceItHasFailed() {
        test.offer(shard, "a", 1);
        test.fail("a1");
        test.time.advance(Duration.ofMillis(200));
        test.run();

        assertThat(detail().failing()).contains(new Failing("1", "IllegalStateException", 2, BEGIN));
        test.settle("a1");
        assertThat(detail().failing()).isEmpty();
        assertThat(detail().oldestAcceptedAt()).isEmpty();
    }

    private ShardDetail detail() {
        return StatusReport.shards(test.window).get(0);
    }
}
