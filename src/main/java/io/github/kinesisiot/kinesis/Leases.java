package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.LeaseCoordinator;
import software.amazon.kinesis.leases.exceptions.DependencyException;
import software.amazon.kinesis.leases.exceptions.InvalidStateException;
import software.amazon.kinesis.leases.exceptions.ProvisionedThroughputException;

/**
 * The leases of a running {@link Scheduler}.
 *
 * <p>KCL tells a shard that its lease is gone only when the shard's thread is free. A thread that waits for room, or for the end of the
 * shard to settle, learns it from {@link #forgetLost}, which must therefore be called every second or so.
 */
final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private static final Duration LONGEST_BETWEEN_SCANS = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final Window window;

    private volatile Set<String> held = Set.of();

    Leases(Scheduler scheduler, Window window) {
        this.scheduler = scheduler;
        this.window = window;
    }

    /**
     * What was held when {@link #forgetLost()} looked last, a moment ago. Answers at once, from any thread: KCL keeps a lease locked while its
     * heartbeat is under way, and a scrape that waited for that would miss the meters for as long as DynamoDB is slow.
     */
    Set<String> held() {
        return held;
    }

    /** What was held at the last renewal and has not run out since; waits for a heartbeat that is under way. */
    Set<String> look() {
        Set<String> now = scheduler.leaseCoordinator().getAssignments().stream()
                .map(Lease::leaseKey)
                .collect(Collectors.toSet());
        held = now;
        return now;
    }

    void forgetLost() {
        // In this order: a shard that is open had its lease before, so if it is not held now, it was lost.
        List<Shard> open = window.look(Window.View::shards);
        Set<String> held = look();
        for (Shard shard : open) {
            if (!held.contains(shard.id) && window.forget(shard)) {
                LOG.atInfo()
                        .addKeyValue("event", "shard-lost")
                        .addKeyValue("shard", shard.id)
                        .log("Shard {}: the lease ran out or was taken over", shard.id);
            }
        }
    }

    /**
     * How often to look for abandoned leases. KCL counts the failover time from the scan that first saw the last heartbeat, and takes the
     * lease at the first scan after it: an abandoned shard waits for up to two of these on top of the failover time.
     */
    static Duration scanInterval(Duration failoverTime) {
        Duration third = failoverTime.dividedBy(3);
        return third.compareTo(LONGEST_BETWEEN_SCANS) < 0 ? third : LONGEST_BETWEEN_SCANS;
    }

    /**
     * Looks for leases without an owner or a heartbeat, more often than KCL itself, which looks every second failover time and so takes an
     * abandoned shard only after up to four. One scan of the lease table.
     */
    void takeAbandoned() {
        LeaseCoordinator coordinator = scheduler.leaseCoordinator();
        try {
            if (coordinator.isRunning()) {
                coordinator.runLeaseTaker();
            }
        } catch (DependencyException | InvalidStateException away) {
            LOG.debug("The lease table could not be read", away);
        }
    }

    /** Lets a shard go that can no longer be trusted to be complete; whoever takes it next begins at its checkpoint. */
    void giveUp(String shardId) {
        LeaseCoordinator coordinator = scheduler.leaseCoordinator();
        Lease lease = coordinator.getCurrentlyHeldLease(shardId);
        if (lease == null) {
            return;
        }
        coordinator.dropLease(lease);
        try {
            coordinator.leaseRefresher().evictLease(lease);
        } catch (DependencyException | InvalidStateException | ProvisionedThroughputException away) {
            LOG.debug("Lease {} could not be released; it runs out by itself", shardId, away);
        }
    }
}
