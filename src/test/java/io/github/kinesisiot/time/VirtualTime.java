package io.github.kinesisiot.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Time that passes when a test says so: a clock, and a timer whose tasks run on the test's own thread inside {@link #advance}. Not thread-safe.
 */
public final class VirtualTime extends Clock {

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Timer timer = new Timer();
    private Instant now;
    private long submitted;

    public VirtualTime(Instant start) {
        this.now = start;
    }

    public ScheduledExecutorService timer() {
        return timer;
    }

    /** Lets the time pass, running each task at its moment. */
    public void advance(Duration duration) {
        Instant end = now.plus(duration);
        while (!tasks.isEmpty() && !tasks.peek().due.isAfter(end)) {
            Task task = tasks.poll();
            now = task.due.isAfter(now) ? task.due : now;
            task.run();
        }
        now = end;
    }

    /** Tasks that are scheduled and not cancelled. */
    public int scheduled() {
        return (int) tasks.stream().filter(task -> !task.isCancelled()).count();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final Instant due;
        private final long order = submitted++;

        private Task(Runnable work, Instant due) {
            super(work, null);
            this.due = due;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            tasks.remove(this);
            return super.cancel(mayInterrupt);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.between(now, due));
        }

        @Override
        public int compareTo(Delayed other) {
            Task task = (Task) other;
            int byTime = due.compareTo(task.due);
            return byTime != 0 ? byTime : Long.compare(order, task.order);
        }
    }

    private final class Timer extends AbstractExecutorService implements ScheduledExecutorService {
        private boolean shutdown;

        @Override
        public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
            var task = new Task(work, now.plus(Duration.of(delay, unit.toChronoUnit())));
            tasks.add(task);
            return task;
        }

        @Override
        public void execute(Runnable work) {
            schedule(work, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            tasks.clear();
            return List.of();
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, long initial, long period, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long initial, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }
}
