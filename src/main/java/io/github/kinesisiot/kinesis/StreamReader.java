package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.log.RepeatedFault;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener.WorkerState;

/**
 * Keeps KCL running from {@link #start()} to {@link #stop}: makes the lease table ready, runs KCL, and begins again, after a back-off,
 * for as long as DynamoDB or Kinesis is away or refuses, and should KCL end by itself. It never gives up.
 *
 * <p>{@link #stop} ends the reading in this order: nothing more is taken in; what is held may settle; what is settled is checkpointed; the
 * leases are let go; their rows lose this container's name. A shard of which something is still in flight keeps its name, so that the
 * next container waits for the failover time instead of overtaking it.
 *
 * <p>Thread-safe; {@link #start()} and {@link #stop} once each.
 */
final class StreamReader {

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    private static final Duration LEASE_CHECK = Duration.ofSeconds(1);
    private static final Duration END_OF_THREAD = Duration.ofSeconds(5);

    /** What one life of KCL needs. */
    interface Kcl {

        /** Makes the lease table ready and builds the scheduler. */
        Scheduler prepare(GapGuard gaps, Consumer<WorkerState> states, Pause pause) throws Exception;

        /** Takes this container's name off the rows of all shards but these. */
        void release(Set<String> busy);

        /** Ends the threads the scheduler worked with. */
        void ended();
    }

    private final Kcl kcl;
    private final Window window;
    private final Checkpoints checkpoints;
    private final SourceSettings settings;
    private final Backoff backoff;
    private final ScheduledExecutorService timer;
    private final ExecutorService thread;
    private final RepeatedFault faults;
    private final Problems problems;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Scheduler scheduler;
    private volatile Leases leases;
    private volatile boolean started;

    /** Whether this life of KCL got as far as reading; stays so when it ends. */
    private volatile boolean hasRead;

    StreamReader(
            Kcl kcl,
            Window window,
            Checkpoints checkpoints,
            SourceSettings settings,
            Backoff backoff,
            ScheduledExecutorService timer,
            ExecutorService thread,
            RepeatedFault faults,
            Problems problems) {
        this.kcl = kcl;
        this.window = window;
        this.checkpoints = checkpoints;
        this.settings = settings;
        this.backoff = backoff;
        this.timer = timer;
        this.thread = thread;
        this.faults = faults;
        this.problems = problems;
    }

    void start() {
        thread.execute(this::run);
    }

    boolean started() {
        return started;
    }

    Set<String> held() {
        Leases current = leases;
        return current == null ? Set.of() : current.held();
    }

    /** As {@link #held()}, but looked up now; waits for a heartbeat that is under way. */
    Set<String> heldNow() {
        Leases current = leases;
        return current == null ? Set.of() : current.look();
    }

    private void run() {
        try {
            for (int failures = 0; !stopped(); ) {
                live();
                failures = hasRead ? 1 : failures + 1;
                if (!stopped()) {
                    pause(backoff.delayAfter(failures));
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    /** One life of KCL. Whatever goes wrong in it, its end included, is no reason not to begin another one. */
    private void live() throws InterruptedException {
        started = false;
        hasRead = false;
        try {
            read();
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception | Error unavailable) {
            unavailable(unavailable);
        }
    }

    private void read() throws Exception {
        List<ScheduledFuture<?>> ticks = List.of();
        try {
            Scheduler next = kcl.prepare(new GapGuard(this::giveUp), this::state, this::pause);
            leases = new Leases(next, window);
            scheduler = next;
            if (stopped()) {
                return;
            }
            ticks = ticks(leases);
            next.run();
            if (!stopped()) {
                unavailable(new IllegalStateException(
                        hasRead ? "KCL ended by itself" : "KCL could not start, its log says why"));
            }
        } finally {
            ticks.forEach(tick -> tick.cancel(false));
            end();
        }
    }

    private void end() {
        Scheduler last = scheduler;
        boolean another = last != null && !stopped();
        try {
            if (another) {
                last.shutdown();
            }
        } finally {
            if (another) {
                window.look(Window.View::shards).forEach(window::forget);
                scheduler = null;
                leases = null;
            }
            kcl.ended();
        }
    }

    private void unavailable(Throwable failure) {
        if (stopped()) {
            return;
        }
        Throwable root = Problems.root(failure);
        problems.now("start", "The stream cannot be read: " + Problems.brief(root));
        faults.report("start", more -> LOG.atWarn()
                .addKeyValue("event", "stream-unavailable")
                .addKeyValue("reason", Problems.code(root))
                .addKeyValue("repeated", more)
                .log(
                        "The stream cannot be read ({}); it is tried again, for as long as it takes{}",
                        Problems.brief(root),
                        RepeatedFault.more(more)));
        LOG.debug("The stream cannot be read", failure);
    }

    private void state(WorkerState state) {
        started = state == WorkerState.STARTED;
        if (started) {
            hasRead = true;
            problems.over("start");
            faults.over("start");
        }
    }

    private List<ScheduledFuture<?>> ticks(Leases current) {
        return List.of(
                every(LEASE_CHECK, current::forgetLost),
                every(Leases.scanInterval(settings.failoverTime()), current::takeAbandoned),
                every(settings.checkpointInterval(), checkpoints::write));
    }

    private ScheduledFuture<?> every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        return timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error unexpected) {
                        // An exception would end the repetition, and with it the checkpoints.
                        faults.report("tick", more -> LOG.atError()
                                .addKeyValue("event", "source-task-failed")
                                .addKeyValue("repeated", more)
                                .setCause(unexpected)
                                .log("A task of the source failed; it goes on{}", RepeatedFault.more(more)));
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void giveUp(String shardId) {
        for (Shard shard : window.look(Window.View::shards)) {
            if (shard.id.equals(shardId)) {
                window.forget(shard);
            }
        }
        Leases current = leases;
        timer.execute(() -> current.giveUp(shardId));
    }

    /**
     * @param settle how long what is held may take to settle
     * @return how many records had not
     */
    int stop(Duration settle) throws InterruptedException {
        stopping.countDown();
        window.suspend();
        boolean drained = window.awaitDrained(settle);
        window.close();
        checkpoints.write();
        Set<String> busy = window.look(view -> view.shards().stream()
                .filter(shard -> shard.inFlight > 0)
                .map(shard -> shard.id)
                .collect(Collectors.toSet()));
        int unsettled = window.look(Window.View::held);
        if (!drained || unsettled > 0) {
            LOG.atWarn()
                    .addKeyValue("event", "records-unsettled")
                    .addKeyValue("records", unsettled)
                    .addKeyValue("shards", busy)
                    .log(
                            "Stopped with {} records unsettled, in flight in shards {}; they are read again by the next holder of their leases",
                            unsettled,
                            busy);
        }
        window.look(Window.View::shards).forEach(window::forget);
        Scheduler last = scheduler;
        if (last == null) {
            thread.shutdownNow();
        } else {
            last.shutdown();
            kcl.release(busy);
        }
        if (!ended.await(END_OF_THREAD.toMillis(), TimeUnit.MILLISECONDS)) {
            thread.shutdownNow();
        }
        started = false;
        return unsettled;
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    private void pause(Duration duration) throws InterruptedException {
        if (stopping.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("Pause cut short by the stop");
        }
    }
}
