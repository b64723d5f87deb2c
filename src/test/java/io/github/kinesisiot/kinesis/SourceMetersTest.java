package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SourceMetersTest {

    private final TestWindow test = new TestWindow(10);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SourceMeters meters = new SourceMeters(registry, "orders", test.time);

    /** Gauges of shards that left would report a lag for ever, and pile up with every reshard. */
    @Test
    void theGaugesOfAShardLeaveWithIt() {
        Shard shard = test.window.open("shard-1");
        shard.millisBehindLatest = 1500L;
        meters.follow(test.window);
        assertThat(registry.get("bridge.shard.behind.latest")
                        .tag("shard", "shard-1")
                        .gauge()
                        .value())
                .isEqualTo(1.5);

        test.window.forget(shard);
        meters.follow(test.window);

        assertThat(registry.find("bridge.shard.behind.latest").gauge()).isNull();
        assertThat(registry.find("bridge.checkpoint.age").gauge()).isNull();
    }

    /** The age of the last checkpoint is what an alert on a stuck lease table looks at. */
    @Test
    void theCheckpointAgeGrows() {
        test.window.open("shard-1");
        meters.follow(test.window);
        test.time.advance(Duration.ofSeconds(90));

        assertThat(registry.get("bridge.checkpoint.age").gauge().value()).isEqualTo(90);
    }

    /** What KCL said at the last read is old news once nothing is read: a shard that waits for room would look as if it kept up. */
    @Test
    void theLagGrowsWhileNothingIsRead() {
        TestWindow small = new TestWindow(1);
        Shard shard = small.window.open("shard-1");
        shard.millisBehindLatest = 1500L;
        meters.follow(small.window);
        small.time.advance(Duration.ofSeconds(5));
        assertThat(behind())
                .as("a quiet shard is not heard of for some seconds")
                .isEqualTo(1.5);

        for (int number = 1; number <= 2; number++) {
            assertThat(small.offer(shard, "key", number)).isEqualTo(Window.Offer.TAKEN);
        }
        assertThat(small.offer(shard, "key", 3)).isEqualTo(Window.Offer.NO_ROOM);
        assertThat(behind()).as("waits for room").isEqualTo(6.5);

        Shard silent = small.window.open("shard-2");
        silent.millisBehindLatest = 0L;
        small.window.forget(shard);
        meters.follow(small.window);
        small.time.advance(Duration.ofSeconds(11));
        assertThat(behind()).as("Kinesis does not answer").isEqualTo(11);
    }

    /** A shard whose oldest record hangs is not seen in the figure for the whole container when another one is older. */
    @Test
    void theOldestRecordOfEachShardIsTold() {
        Shard shard = test.window.open("shard-1");
        test.offer(shard, "key", 1);
        meters.follow(test.window);
        test.time.advance(Duration.ofSeconds(3));

        assertThat(registry.get("bridge.shard.oldest.unsettled").gauge().value())
                .isEqualTo(3);
    }

    private double behind() {
        return registry.get("bridge.shard.behind.latest").gauge().value();
    }

    /** Meters of a stopped consumer must not stay behind. */
    @Test
    void closingRemovesTheGauges() {
        test.window.open("shard-1");
        meters.follow(test.window);
        meters.close();

        assertThat(registry.find("bridge.checkpoint.age").gauge()).isNull();
    }
}
