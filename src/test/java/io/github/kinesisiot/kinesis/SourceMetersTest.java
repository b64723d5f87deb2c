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

    /** Meters of a stopped consumer must not stay behind. */
    @Test
    void closingRemovesTheGauges() {
        test.window.open("shard-1");
        meters.follow(test.window);
        meters.close();

        assertThat(registry.find("bridge.checkpoint.age").gauge()).isNull();
    }
}
