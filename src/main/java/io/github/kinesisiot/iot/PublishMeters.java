package io.github.kinesisiot.iot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The figures of the sink, over all its pools. */
final class PublishMeters {

    private final MeterRegistry registry;
    private final Map<String, Counter> publishes;
    private final Map<Boolean, Counter> connects;
    private final Timer publishLatency;
    private final Timer recordLatency;
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
        this.publishLatency = Timer.builder("bridge.publish.latency")
                .description("From the hand-over of a message until its PUBACK, waiting for a connection included")
                .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000))
                .register(registry);
        this.recordLatency = Timer.builder("bridge.record.latency")
                .description("From the arrival of a record in Kinesis until the PUBACK of its message")
                .serviceLevelObjectives(millis(
                        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000))
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

    /**
     * @param together all connections as if they were one
     * @param fullest for each quota the connection that has the least left of it
     */
    void quotas(Supplier<QuotaUse> together, Supplier<QuotaUse> fullest) {
        quota("publishes", together, fullest, QuotaUse::publishes);
        quota("bytes", together, fullest, QuotaUse::bytes);
        quota("in-flight", together, fullest, QuotaUse::inFlight);
    }

    private void quota(
            String name,
            Supplier<QuotaUse> together,
            Supplier<QuotaUse> fullest,
            Function<QuotaUse, QuotaUse.Share> quota) {
        Gauge.builder("bridge.quota.used", () -> quota.apply(together.get()).ratio())
                .description(
                        "Share of the quota that all connections together used in the last second; 0 without a quota")
                .baseUnit("ratio")
                .tag("quota", name)
                .register(registry);
        Gauge.builder("bridge.quota.used.max", () -> quota.apply(fullest.get()).ratio())
                .description("Share of the quota that the connection used that has the least left of it")
                .baseUnit("ratio")
                .tag("quota", name)
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
            publishLatency.record(nanos, TimeUnit.NANOSECONDS);
            // Two counters, since one that falls is none: Prometheus' registry then fails every scrape.
            saved.increment(Math.max(0, publish.saved()));
            spent.increment(Math.max(0, -publish.saved()));
        } else {
            failures.computeIfAbsent(failure.reasonCode(), this::failures).increment();
        }
        String result = failure == null ? "ok" : failure instanceof PublishRefusedException ? "refused" : "failed";
        publishes.get(result).increment();
    }

    /** The two clocks are not one: what seems to have been published before it arrived took no time. */
    void delivered(long millisSinceArrival) {
        recordLatency.record(Math.max(0, millisSinceArrival), TimeUnit.MILLISECONDS);
    }

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
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
