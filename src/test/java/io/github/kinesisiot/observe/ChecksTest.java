package io.github.kinesisiot.observe;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.iot.SinkStatus;
import io.github.kinesisiot.kinesis.SourceStatus;
import io.github.kinesisiot.kinesis.SourceStatus.BlockedShard;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What each check says, up and down. */
class ChecksTest {

    // The one record that holds a shard up must be named, with the reason.
    @Test
    void aBlockedShardIsNamedWithItsRecord() {
        var blocked =
                new BlockedShard("shardId-7", "4959", "NOT_AUTHORIZED", 12, Instant.parse("2026-11-23T07:00:00Z"));
        assertThat(stream(new SourceStatus(true, 2, List.of(blocked), Optional.empty())))
                .isEqualTo(Finding.down(
                        "shard shardId-7 is blocked by one record: NOT_AUTHORIZED at 4959, tried 12 times since 2026-11-23T07:00:00Z",
                        Map.of(
                                "leases",
                                2,
                                "blocked.shardId-7",
                                "NOT_AUTHORIZED at 4959, tried 12 times since 2026-11-23T07:00:00Z")));
    }

    @Test
    void theStreamSaysWhetherAndWhyNotItIsRead() {
        assertThat(stream(new SourceStatus(true, 2, List.of(), Optional.empty())))
                .satisfies(up("reading 2 shards"));
        assertThat(stream(new SourceStatus(true, 0, List.of(), Optional.empty())))
                .satisfies(up("the stream is being read; this container holds no shard, others hold them all"));
        assertThat(stream(new SourceStatus(true, 1, List.of(), Optional.of("DynamoDB throttles"))))
                .satisfies(up("reading 1 shard; DynamoDB throttles"));
        assertThat(stream(new SourceStatus(false, 0, List.of(), Optional.of("no such stream"))))
                .satisfies(down("the stream is not being read; no such stream"));
        assertThat(stream(new SourceStatus(false, 0, List.of(), Optional.empty())))
                .satisfies(down("the stream is not being read yet, or not for a minute"));
    }

    // A bridge whose routes publish elsewhere was never ready.
    @Test
    void connectionsAreAskedForOnlyWhereARouteUsesThem() {
        assertThat(connections(new SinkStatus(0, 0, 0, false, Optional.empty())))
                .satisfies(up("no route publishes to a broker"));
        assertThat(connections(new SinkStatus(0, 10, 0, false, Optional.of("HTTP 403"))))
                .satisfies(down("none of 10 connections is up: HTTP 403"));
        assertThat(connections(new SinkStatus(9, 10, 1, true, Optional.of("HTTP 403"))))
                .satisfies(up("9 of 10 connections are up: HTTP 403"));
    }

    // A process that hangs must be restarted, one that waits for AWS must not.
    @Test
    void aTimerThatHasStoppedIsTheEndOfTheProcessAndAPauseIsNot() {
        assertThat(live(Duration.ofSeconds(59), List.of())).satisfies(up("no thread is stuck, all timers run"));
        assertThat(live(Duration.ofSeconds(61), List.of()))
                .satisfies(down("the timer of the source has done nothing for 61 s"));
        assertThat(live(Duration.ZERO, List.of("a", "b")))
                .satisfies(down("threads wait for each other for ever: a, b"));
    }

    // Two locks taken in two orders: nothing else would ever tell.
    @Test
    void threadsThatWaitForEachOtherAreFound() {
        assertThat(Deadlocks.of(ManagementFactory.getThreadMXBean())).isEmpty();
        var one = new ReentrantLock();
        var other = new ReentrantLock();
        var both = new CyclicBarrier(2);
        Thread first = locking(one, other, both, "first");
        Thread second = locking(other, one, both, "second");
        await().untilAsserted(() -> assertThat(Deadlocks.of(ManagementFactory.getThreadMXBean()))
                .containsExactlyInAnyOrder("first", "second"));
        first.interrupt();
        second.interrupt();
        await().until(() -> !first.isAlive() && !second.isAlive());
    }

    // The alert that asks for a check looks at its meter.
    @Test
    void aCheckIsAMeterToo() {
        var meters = new SimpleMeterRegistry();
        boolean[] holding = new boolean[1];
        HealthMeters.bind(meters, List.of(new HoldCheck(() -> holding[0] ? Optional.of("refused") : Optional.empty())));
        assertThat(meters.get("bridge.check.up").tag("check", "hold").gauge().value())
                .isEqualTo(1);
        holding[0] = true;
        assertThat(meters.get("bridge.check.up").tag("check", "hold").gauge().value())
                .isZero();
    }

    private static Thread locking(ReentrantLock one, ReentrantLock other, CyclicBarrier both, String name) {
        Thread thread = new Thread(
                () -> {
                    one.lock();
                    try {
                        both.await(60, TimeUnit.SECONDS);
                        other.lockInterruptibly();
                        other.unlock();
                    } catch (Exception ended) {
                        Thread.currentThread().interrupt();
                    } finally {
                        one.unlock();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static Finding stream(SourceStatus status) {
        return new StreamCheck(() -> status).look();
    }

    private static Finding connections(SinkStatus status) {
        return new ConnectionsCheck(() -> status).look();
    }

    private static Finding live(Duration silence, List<String> deadlocked) {
        return new LivenessCheck(Map.of("source", () -> silence), () -> deadlocked).look();
    }

    private static Consumer<Finding> up(String message) {
        return finding -> assertThat(finding).isEqualTo(Finding.up(message, finding.details()));
    }

    private static Consumer<Finding> down(String message) {
        return finding -> assertThat(finding).isEqualTo(Finding.down(message, finding.details()));
    }
}
