package io.github.kinesisiot.iot;

import io.github.kinesisiot.log.RepeatedFault;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a pool.
 *
 * @param timer one thread; everything about slots happens on it, so nothing on it may block
 * @param workers as many as needed, for what may block: fetching credentials, connecting, disconnecting
 * @param routes a bounded number, for the continuations
 * @param continuations where the caller's routes go on after a publish; they may block without holding up PUBACKs
 */
record PoolThreads(
        ScheduledExecutorService timer, ExecutorService workers, ExecutorService routes, Continuations continuations) {

    private static final Logger LOG = LoggerFactory.getLogger(PoolThreads.class);

    static PoolThreads create(String name) {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, daemons(name + "-timer"), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        int routeThreads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor routes = new ThreadPoolExecutor(
                routeThreads,
                routeThreads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                daemons(name + "-route"));
        routes.allowCoreThreadTimeOut(true);
        return new PoolThreads(
                timer,
                Executors.newCachedThreadPool(daemons(name + "-worker")),
                routes,
                new Continuations(routes, routeThreads, System::nanoTime));
    }

    /** Runs a task on the timer thread; what it throws is logged, not lost. */
    Future<?> after(long millis, Runnable task) {
        return timer.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
    }

    void every(long millis, Runnable task) {
        timer.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    void onTimer(Runnable task) {
        timer.execute(guarded(task));
    }

    /** Ends the threads; running tasks finish. */
    void shutdown() {
        timer.shutdown();
        workers.shutdown();
        routes.shutdown();
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // Some run five times a second.
                continuations.faults().report("task", more -> LOG.atError()
                        .addKeyValue("event", "pool-task-failed")
                        .addKeyValue("repeated", more)
                        .setCause(e)
                        .log("A task of the connection pool failed; the pool goes on{}", RepeatedFault.more(more)));
            }
        };
    }

    // Daemons: Paho's own threads inherit that, and none of them should keep a JVM alive.
    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
