package io.github.kinesisiot.cloud;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The faults in force, and how often one has struck. Thread-safe. */
final class LinkFaults {
    private record Armed(LinkFault fault, AtomicInteger left) {
        boolean strike() {
            return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    private final AtomicLong met = new AtomicLong();
    private volatile List<Armed> armed = List.of();

    /** Instead of those before. */
    void set(LinkFault... faults) {
        armed = List.of(faults).stream()
                .map(fault -> new Armed(fault, new AtomicInteger(fault.times())))
                .toList();
    }

    /** The first that strikes now, which is counted. */
    Optional<Spoil> at(LinkFault.Moment moment, String clientId, String topic) {
        for (Armed each : armed) {
            if (each.fault.concerns(moment, clientId, topic) && each.strike()) {
                met.incrementAndGet();
                return Optional.of(each.fault.spoil());
            }
        }
        return Optional.empty();
    }

    void struck(long times) {
        met.addAndGet(times);
    }

    long met() {
        return met.get();
    }

    void countAnew() {
        met.set(0);
    }
}
