package io.github.kinesisiot.iot;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gives each publish to the least loaded connection that may take it, and keeps those that find none in a bounded FIFO. What comes within a
 * moment goes to one connection in runs, since packets that are written together cost a fraction of those that are not. Never blocks the
 * caller on the network.
 *
 * <p>Thread-safe.
 */
final class Dispatcher {

    private static final int LONGEST_RUN = 16;
    private static final long RUN_NANOS = 1_000_000;

    private final Slot[] slots;
    private final PoolSettings settings;
    private final PoolThreads threads;
    private final LongSupplier nanos;
    private final Supplier<String> trouble;

    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Publish> waiting = new ArrayDeque<>();
    private Connection last;
    private int run;
    private long runBegan;
    private boolean wakePending;
    private long wakeAt;
    private boolean closed;

    /** @param trouble why there is no connection, for the message of a publish that waited in vain */
    Dispatcher(Slot[] slots, PoolSettings settings, PoolThreads threads, LongSupplier nanos, Supplier<String> trouble) {
        this.slots = slots;
        this.settings = settings;
        this.threads = threads;
        this.nanos = nanos;
        this.trouble = trouble;
    }

    void submit(Publish publish) {
        PublishFailedException refusal = null;
        Connection connection = null;
        long now = nanos.getAsLong();
        lock.lock();
        try {
            if (closed) {
                refusal = new PublishFailedException("NOT_CONNECTED", "the connections are being closed", null);
            } else if (waiting.isEmpty()) {
                connection = pick(now, publish);
            }
            if (connection == null && refusal == null) {
                if (waiting.size() < settings.limits().maxQueued()) {
                    waiting.add(publish);
                } else {
                    refusal = new PublishFailedException(
                            "QUEUE_FULL",
                            waiting.size() + " publishes wait for a connection already" + trouble.get(),
                            null);
                }
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            publish.settle(refusal);
        } else if (connection != null) {
            connection.send(publish, now);
        }
    }

    /** Hands out what waits, as far as connections may take it. To be called whenever one may take more. */
    void drain() {
        while (true) {
            long now = nanos.getAsLong();
            Publish publish;
            Connection connection;
            lock.lock();
            try {
                publish = waiting.peek();
                connection = publish == null ? null : pick(now, publish);
                if (connection == null) {
                    return;
                }
                waiting.poll();
            } finally {
                lock.unlock();
            }
            connection.send(publish, now);
        }
    }

    /** Fails what has waited for longer than the time-out. */
    void expire(long now) {
        long timeout = settings.timings().publish().toNanos();
        while (true) {
            Publish publish;
            lock.lock();
            try {
                publish = waiting.peek();
                if (publish == null || now - publish.submittedAt() <= timeout) {
                    return;
                }
                waiting.poll();
            } finally {
                lock.unlock();
            }
            publish.settle(notConnected());
        }
    }

    /** From now on everything fails at once, what waits included. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        for (Publish publish = poll(); publish != null; publish = poll()) {
            publish.settle(new PublishFailedException("NOT_CONNECTED", "the connections are being closed", null));
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How much of the quotas the connections use that serve, put together in the way given. */
    QuotaUse quotaUse(BinaryOperator<QuotaUse> together) {
        long now = nanos.getAsLong();
        lock.lock();
        try {
            return Arrays.stream(slots)
                    .map(Slot::serving)
                    .filter(Objects::nonNull)
                    .map(connection -> connection.quotaUse(now))
                    .reduce(together)
                    .orElse(QuotaUse.NONE);
        } finally {
            lock.unlock();
        }
    }

    private Publish poll() {
        lock.lock();
        try {
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private PublishFailedException notConnected() {
        return new PublishFailedException(
                "NOT_CONNECTED",
                "no connection could take the publish within "
                        + settings.timings().publish().toSeconds() + " s" + trouble.get(),
                null);
    }

    // Under the lock. Reserves the place, or arranges to be woken when the earliest rate limit lets the next one
    // through.
    private Connection pick(long now, Publish publish) {
        if (last != null && run < LONGEST_RUN && now - runBegan < RUN_NANOS) {
            if (!last.suspect() && last.delay(now, publish) <= 0 && last.reserve(now, publish)) {
                run++;
                return last;
            }
        }
        last = choose(now, publish);
        run = 1;
        runBegan = now;
        return last;
    }

    private Connection choose(long now, Publish publish) {
        while (true) {
            Connection best = null;
            long shortest = Connection.NEVER;
            for (Slot slot : slots) {
                Connection candidate = slot.serving();
                long delay = candidate == null ? Connection.NEVER : candidate.delay(now, publish);
                if (delay > 0) {
                    shortest = Math.min(shortest, delay);
                } else if (best == null || better(candidate, best)) {
                    best = candidate;
                }
            }
            if (best == null) {
                if (shortest < Connection.NEVER) {
                    wakeIn(now, shortest);
                }
                return null;
            }
            if (best.reserve(now, publish)) {
                return best;
            }
            // It began to drain just now: look again.
        }
    }

    private static boolean better(Connection candidate, Connection best) {
        return candidate.suspect() == best.suspect() ? candidate.inFlight() < best.inFlight() : best.suspect();
    }

    private void wakeIn(long now, long delay) {
        long at = now + delay;
        if (wakePending && wakeAt - at <= 0) {
            return;
        }
        wakePending = true;
        wakeAt = at;
        threads.timer().schedule(() -> wake(at), delay, TimeUnit.NANOSECONDS);
    }

    private void wake(long at) {
        lock.lock();
        try {
            if (wakeAt == at) {
                wakePending = false;
            }
        } finally {
            lock.unlock();
        }
        drain();
    }
}
