package io.github.kinesisiot.iot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures of the sink, over all its pools. */
final class PublishMeters {

    private final MeterRegistry registry;
    private final Map<String, Counter> publishes;
    private final Map<Boolean, Counter> connects;
    private final Timer latency;
    private final LongAdder delivered = new LongAdder();
    private final Counter saved;
    private final Counter spent;
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();

    PublishMeters(MeterRegistry registry) {
        this.registry = registry;
        this.publishes = Stream.of("ok", "refused", "failed")
                .collect(Collectors.toMap(r -> r, r -> Counter.builder("bridge.publishes")
                        .description(
                                "Publishes that were settled: acknowledged with success, refused for good, or failed for now")
                        .tag("result", r)
                        .register(registry)));
        this.connects = Stream.of(true, false)
                .collect(Collectors.toMap(ok -> ok, ok -> Counter.builder("bridge.connects")
                        .description("Attempts to connect to the broker")
                        .tag("result", ok ? "ok" : "failed")
                        .register(registry)));
        this.latency = Timer.builder("bridge.publish.latency")
                .description("From the hand-over of a message until its PUBACK, waiting for a connection included")
                .register(registry);
        this.saved = Counter.builder("bridge.topic.alias.saved")
                .description("Bytes that topic aliases saved in acknowledged messages")
                .baseUnit("bytes")
                .register(registry);
        this.spent = Counter.builder("bridge.topic.alias.spent")
                .description("Bytes that it cost to introduce topic aliases, in acknowledged messages")
                .baseUnit("bytes")
                .register(registry);
    }

    void gauge(String name, String description, IotMqttComponent component, ToIntFunction<IotMqttComponent> value) {
        Gauge.builder(name, component, value::applyAsInt)
                .description(description)
                .register(registry);
    }

    void settled(Publish publish, PublishException failure, long nanos) {
        if (failure == null) {
            delivered.increment();
            latency.record(nanos, TimeUnit.NANOSECONDS);
            // Two counters, since one that falls is none: Prometheus' registry then fails every scrape.
            saved.increment(Math.max(0, publish.saved()));
            spent.increment(Math.max(0, -publish.saved()));
        } else {
            failures.computeIfAbsent(failure.reasonCode(), this::failures).increment();
        }
        String result = failure == null ? "ok" : failure instanceof PublishRefusedException ? "refused" : "failed";
        publishes.get(result).increment();
    }

    // The codes are few: the names of the tables of reason codes, and our own.
    private Counter failures(String reason) {
        return Counter.builder("bridge.publish.failures")
                .description("Publishes that were refused or failed, by reason")
                .tag("reason", reason)
                .register(registry);
    }

    /** Acknowledged with success so far. */
    long delivered() {
        return delivered.sum();
    }

    /** Settled so far with this result: ok, refused or failed. */
    long count(String result) {
        return (long) publishes.get(result).count();
    }

    void connected(boolean ok) {
        connects.get(ok).increment();
    }
}
