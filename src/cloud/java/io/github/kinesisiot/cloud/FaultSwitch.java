package io.github.kinesisiot.cloud;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The fault in force, whom it is for, and how many have met it. A change makes a new one. Thread-safe. */
final class FaultSwitch {
    /** What reads a shard. */
    static final Set<String> READS = Set.of("GetRecords", "SubscribeToShard");

    private final ServiceFault fault;
    private final Set<String> operations;
    private final Optional<String> shard;
    private final AtomicLong met = new AtomicLong();

    private FaultSwitch(ServiceFault fault, Set<String> operations, Optional<String> shard) {
        this.fault = fault;
        this.operations = operations;
        this.shard = shard;
    }

    static FaultSwitch none() {
        return new FaultSwitch(ServiceFault.NONE, Set.of(), Optional.empty());
    }

    /** No fault any more; what the last one has met can still be asked for. */
    FaultSwitch over() {
        FaultSwitch none = none();
        none.met.set(met());
        return none;
    }

    /** @param operations for these alone; none for all that the fault can happen to */
    static FaultSwitch of(ServiceFault fault, Set<String> operations) {
        Set<String> possible = fault.operations();
        if (operations.isEmpty()) {
            return new FaultSwitch(fault, possible, Optional.empty());
        }
        if (!possible.isEmpty() && !possible.containsAll(operations)) {
            throw new IllegalArgumentException("AWS answers " + fault + " to " + possible + " only");
        }
        return new FaultSwitch(fault, operations, Optional.empty());
    }

    /** For the reads of one shard. */
    static FaultSwitch ofShard(ServiceFault fault, String shard) {
        return new FaultSwitch(fault, READS, Optional.of(shard));
    }

    /** Counts the request when it meets the fault. */
    boolean meets(String operation, Optional<ShardPlace> place) {
        boolean meant = fault != ServiceFault.NONE
                && (operations.isEmpty() || operations.contains(operation))
                && (shard.isEmpty() || place.map(ShardPlace::shard).equals(shard));
        if (meant) {
            met.incrementAndGet();
        }
        return meant;
    }

    ServiceFault fault() {
        return fault;
    }

    /** Whether some requests do not meet it. */
    boolean limited() {
        return !operations.isEmpty();
    }

    long met() {
        return met.get();
    }
}
