package io.github.kinesisiot.kinesis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one consumer. Those of a shard come and go with its lease, at {@link #follow}. Thread-safe; counting is all that happens
 * per record.
 */
final class SourceMeters implements AutoCloseable {

    private final MeterRegistry registry;
    private final Clock clock;
    private final Tags tags;
    private final Counter read;
    private final Counter settled;
    private final Counter retried;
    private final List<Meter> meters = new ArrayList<>();
    private final Map<Shard, List<Meter>> ofShards = new HashMap<>();

    SourceMeters(MeterRegistry registry, String stream, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.tags = Tags.of("stream", stream);
        read = counter("bridge.records.read", "Records taken over from Kinesis");
        settled = counter("bridge.records.settled", "Records the route has settled");
        retried = counter("bridge.records.retried", "Attempts that failed and are repeated");
    }

    void read() {
        read.increment();
    }

    void settled() {
        settled.increment();
    }

    void retried() {
        retried.increment();
    }

    void watch(Window window, StreamReader reader) {
        gauge("bridge.records.in.flight", "Records in the route", window, w -> w.look(Window.View::inFlight));
        gauge("bridge.window.size", "Records read and not settled", window, w -> w.look(Window.View::held));
        gauge(
                "bridge.keys.waiting",
                "Partition keys with a record read and not settled",
                window,
                w -> w.look(Window.View::keys));
        gauge("bridge.leases.held", "Shards this container reads", reader, r -> r.held()
                .size());
        gauge(
                "bridge.shards.blocked",
                "Shards that cannot get on because their oldest record keeps failing",
                window,
                w -> w.look(StatusReport::blocked).size());
        meters.add(Gauge.builder("bridge.oldest.unsettled", window, w -> seconds(w.look(Window.View::oldestAcceptedAt)))
                .baseUnit("seconds")
                .description("Age in this container of the oldest record that is not settled")
                .tags(tags)
                .register(registry));
    }

    /** Adds the meters of shards that came and removes those of shards that left. */
    void follow(Window window) {
        follow(window, window.look(Window.View::shards));
    }

    private synchronized void follow(Window window, List<Shard> shards) {
        Set<Shard> left = new HashSet<>(ofShards.keySet());
        shards.forEach(left::remove);
        left.forEach(shard -> ofShards.remove(shard).forEach(registry::remove));
        for (Shard shard : shards) {
            ofShards.computeIfAbsent(shard, added -> metersOf(window, added));
        }
    }

    private List<Meter> metersOf(Window window, Shard shard) {
        Tags tagged = tags.and("shard", shard.id);
        return List.of(
                Gauge.builder("bridge.shard.behind.latest", shard, s -> window.look(view -> s.behindLatest(view.now()))
                                .map(behind -> behind.toMillis() / 1000.0)
                                .orElse(Double.NaN))
                        .baseUnit("seconds")
                        .description("How far the reading is behind the end of the shard")
                        .tags(tagged)
                        .register(registry),
                Gauge.builder(
                                "bridge.shard.oldest.unsettled",
                                shard,
                                s -> seconds(window.look(view -> s.oldest()
                                        .map(record -> record.acceptedAt)
                                        .orElse(null))))
                        .baseUnit("seconds")
                        .description("Age in this container of the shard's oldest record that is not settled")
                        .tags(tagged)
                        .register(registry),
                Gauge.builder("bridge.checkpoint.age", shard, s -> seconds(s.checkpointedAt))
                        .baseUnit("seconds")
                        .description("Time since everything settled of the shard was last in the lease table")
                        .tags(tagged)
                        .register(registry));
    }

    private double seconds(Instant since) {
        return since == null ? 0 : Duration.between(since, clock.instant()).toMillis() / 1000.0;
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        meters.add(Gauge.builder(name, source, value)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    @Override
    public synchronized void close() {
        follow(null, List.of());
        meters.forEach(registry::remove);
        meters.clear();
    }
}
