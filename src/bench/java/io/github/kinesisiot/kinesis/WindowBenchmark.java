package io.github.kinesisiot.kinesis;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * {@code ./bridge bench window}: what the window costs a record, from its acceptance to its settlement, with a full window of 1,000 whose oldest
 * record is settled for each one accepted. One thread does all the work, so the time is CPU time. {@code baseline} makes the same records
 * without a window.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class WindowBenchmark {

    private static final int IN_FLIGHT = 1000;
    private static final int SHARDS = 4;

    @Param({"1000", "10000", "100000", "1000000"})
    public int keys;

    private final ByteBuffer payload = ByteBuffer.allocate(200).asReadOnlyBuffer();
    private String[] keyNames;
    private ScheduledExecutorService timer;
    private Window window;
    private Shard[] shards;
    private Attempt.End[] ends;
    private long sequence;
    private int started;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws InterruptedException {
        keyNames = new String[keys];
        for (int i = 0; i < keys; i++) {
            keyNames[i] = "device-" + i;
        }
        timer = Executors.newSingleThreadScheduledExecutor();
        ends = new Attempt.End[IN_FLIGHT];
        sequence = 1_000_000_000_000_000_000L;
        window = new Window(
                new WindowLimits(IN_FLIGHT, 4, Long.MAX_VALUE),
                (record, end) -> ends[started++ % IN_FLIGHT] = end,
                Runnable::run,
                timer,
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), bound -> bound - 1),
                Clock.systemUTC(),
                new Silent());
        shards = new Shard[SHARDS];
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = window.open("shardId-" + i);
        }
        for (int i = 0; i < IN_FLIGHT / 2; i++) {
            window.offer(shards[i % SHARDS], record());
        }
    }

    @TearDown(Level.Trial)
    public void end() {
        timer.shutdownNow();
    }

    @Benchmark
    public boolean acceptAndSettle() throws InterruptedException {
        ends[(started - IN_FLIGHT / 2) % IN_FLIGHT].of(null);
        return window.offer(shards[next % SHARDS], record());
    }

    @Benchmark
    public KinesisClientRecord baseline() {
        return record();
    }

    private KinesisClientRecord record() {
        return KinesisClientRecord.builder()
                .partitionKey(keyNames[next++ % keys])
                // As long as real ones are.
                .sequenceNumber("4968047029013437579722144191927951767" + sequence++)
                .data(payload)
                .build();
    }

    private static final class Silent implements WindowEvents {

        @Override
        public void read() {}

        @Override
        public void settled() {}

        @Override
        public void failed(HeldRecord record, Throwable failure) {}
    }
}
