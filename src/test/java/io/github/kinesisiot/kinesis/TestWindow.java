package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.time.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** A window on virtual time whose route is in the test's hand: it sees each attempt and ends it when it likes. */
final class TestWindow {

    record Started(HeldRecord record, int attempt, Attempt.End end) {
        String name() {
            return record.key + record.position;
        }
    }

    final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T00:00:00Z"));
    final List<Started> inFlight = new ArrayList<>();
    final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    final Window window;
    int read;
    int settled;
    int failed;

    TestWindow(int maxInFlight) {
        this(new WindowLimits(maxInFlight, 4, 1_000_000));
    }

    TestWindow(WindowLimits limits) {
        // Full jitter without the jitter: each wait is as long as it may be.
        this(limits, new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), bound -> bound - 1));
    }

    TestWindow(WindowLimits limits, Backoff backoff) {
        window = new Window(limits, this::started, threads::add, time.timer(), backoff, time, new WindowEvents() {
            @Override
            public void read() {
                read++;
            }

            @Override
            public void settled() {
                settled++;
            }

            @Override
            public void failed(HeldRecord record, Throwable failure) {
                failed++;
            }
        });
    }

    private void started(HeldRecord record, Attempt.End end) {
        inFlight.add(new Started(record, record.attempt, end));
    }

    /** Runs the route's threads until they have nothing to do. */
    TestWindow run() {
        for (Runnable task = threads.poll(); task != null; task = threads.poll()) {
            task.run();
        }
        return this;
    }

    List<String> names() {
        return inFlight.stream().map(Started::name).toList();
    }

    void settle(String name) {
        end(name, null);
    }

    void fail(String name) {
        end(name, new IllegalStateException("no"));
    }

    private void end(String name, Throwable failure) {
        Started started = inFlight.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        inFlight.remove(started);
        started.end().of(failure);
        run();
    }

    Window.Offer offer(Shard shard, String key, long sequence) {
        Window.Offer offer = window.tryOffer(shard, data(key, sequence, 0));
        run();
        return offer;
    }

    static KinesisClientRecord data(String key, long sequence, long subSequence) {
        return KinesisClientRecord.builder()
                .partitionKey(key)
                .sequenceNumber(Long.toString(sequence))
                .subSequenceNumber(subSequence)
                .data(ByteBuffer.wrap("x".getBytes(StandardCharsets.UTF_8)))
                .build();
    }
}
