package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.BridgeProcess;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Watches a running bridge from outside: what it has published, by its own metrics, and what its process has used. */
final class BridgeLoad {
    private static final Duration LIMIT = Duration.ofSeconds(300);
    private static final Duration POLL = Duration.ofMillis(200);

    private final BridgeProcess bridge;

    BridgeLoad(BridgeProcess bridge) {
        this.bridge = bridge;
    }

    void awaitReady() {
        await(bridge::ready, "is not ready");
    }

    /** Until it has published this many. */
    void awaitPublished(long records) {
        await(() -> published("ok") >= records, "does not publish");
    }

    private void await(BooleanSupplier condition, String problem) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            bridge.check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the bridge " + problem + ": " + bridge.lastWords());
            }
            pause(POLL);
        }
    }

    /** What it does in this time; latencies are not seen from here. */
    Measurement measure(Duration time) {
        long failed = published("refused") + published("failed");
        long allocated = allocatedBytes();
        long begin = System.nanoTime();
        long records = published("ok");
        long cpu = cpuNanos();
        pause(time);
        long recordsAfter = published("ok");
        long failedAfter = published("refused") + published("failed");
        long cpuAfter = cpuNanos();
        long nanos = System.nanoTime() - begin;
        return new Measurement(
                recordsAfter - records,
                failedAfter - failed,
                nanos,
                cpuAfter - cpu,
                0,
                0,
                Math.max(0, allocatedBytes() - allocated),
                bridge.program()
                        .map(program -> Usage.residentKiB(program.pid()))
                        .orElse(0L));
    }

    private long published(String result) {
        return (long) bridge.figures()
                .map(figures -> figures.sum("bridge_publishes_total", "result=\"" + result + "\"")
                        .orElse(0))
                .orElse(0.0)
                .doubleValue();
    }

    private long cpuNanos() {
        return bridge.program()
                .flatMap(program -> program.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElseThrow(() -> new IllegalStateException("the bridge has ended: " + bridge.lastWords()));
    }

    private long allocatedBytes() {
        return bridge.program()
                .map(program -> Usage.allocatedBytes(program.pid()))
                .orElse(0L);
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
