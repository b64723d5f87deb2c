package io.github.kinesisiot.iot;

import io.github.kinesisiot.log.RepeatedFault;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on a bounded number of threads, and on as few of them as keep up: waking a thread costs more than most tasks do. Another thread
 * joins when the tasks turn out to block, or many wait. What a task throws is logged, and the others go on.
 *
 * <p>Thread-safe. {@link #execute} never blocks.
 */
final class Continuations implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Continuations.class);
    private static final int BACKLOG_PER_THREAD = 64;
    private static final long SLOW_NANOS = 1_000_000;

    private final Executor threads;
    private final int most;
    private final LongSupplier nanos;
    private final RepeatedFault faults;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private volatile int taken;
    private int takenBefore;

    /** @param most threads at once */
    Continuations(Executor threads, int most, LongSupplier nanos) {
        this.threads = threads;
        this.most = most;
        this.nanos = nanos;
        this.faults = new RepeatedFault(nanos);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        int backlog = waiting.incrementAndGet();
        int now = running.get();
        if (now == 0 || backlog > now * BACKLOG_PER_THREAD) {
            join(now);
        }
    }

    /** What is unexpected in the threads of a pool. */
    RepeatedFault faults() {
        return faults;
    }

    /** To be called now and then by one thread: gets what waits behind a task that takes for ever another thread. */
    void unblock() {
        int now = taken;
        if (waiting.get() > 0 && now == takenBefore) {
            join(running.get());
        }
        takenBefore = now;
    }

    private void join(int now) {
        if (now < most && running.compareAndSet(now, now + 1)) {
            try {
                threads.execute(this::run);
            } catch (RejectedExecutionException ended) {
                run(); // what came too late still has to be told
            }
        }
    }

    private void run() {
        do {
            long since = nanos.getAsLong();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                waiting.decrementAndGet();
                taken++;
                runLogged(task);
                long now = nanos.getAsLong();
                if (now - since > SLOW_NANOS && waiting.get() > 0) {
                    join(running.get());
                }
                since = now;
            }
            running.decrementAndGet();
            // What came between the last look and leaving would wait for the next task.
        } while (!tasks.isEmpty() && rejoined());
    }

    // A thread that a task took with it would be counted for ever, and its place taken by nobody.
    private void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            faults.report("continuation", more -> LOG.atError()
                    .addKeyValue("event", "continuation-failed")
                    .addKeyValue("repeated", more)
                    .setCause(e)
                    .log("What goes on after a publish failed; the others go on{}", RepeatedFault.more(more)));
        }
    }

    private boolean rejoined() {
        int now = running.get();
        return now < most && running.compareAndSet(now, now + 1);
    }
}
