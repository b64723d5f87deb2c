package io.github.kinesisiot.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs one task at one moment, the last one set. The moment has come when the time has passed or when the clock says so, whichever is first: a
 * timer alone stands still while a machine sleeps, a clock alone may be set back.
 *
 * <p>Thread-safe. The task runs on the timer's thread.
 */
final class Alarm {

    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final Runnable task;
    private ScheduledFuture<?> pending;
    private Instant due;
    private long settings;

    Alarm(ScheduledExecutorService timer, Clock clock, Runnable task) {
        this.timer = timer;
        this.clock = clock;
        this.task = task;
    }

    /** Forgets any moment set before. Does nothing once the timer is shut down. */
    synchronized void setIn(Duration delay) {
        if (pending != null) {
            pending.cancel(false);
        }
        settings++;
        due = clock.instant().plus(delay);
        sleep(delay);
    }

    /** The moment set last, whether it has come or not. */
    synchronized Optional<Instant> due() {
        return Optional.ofNullable(due);
    }

    private void sleep(Duration left) {
        if (timer.isShutdown()) {
            return;
        }
        Duration step = left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP;
        long setting = settings;
        pending = timer.schedule(() -> wake(setting, left.minus(step)), step.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void wake(long setting, Duration left) {
        synchronized (this) {
            if (setting != settings) {
                return; // set anew while this one was on its way
            }
            Duration byClock = Duration.between(clock.instant(), due);
            Duration wait = left.compareTo(byClock) < 0 ? left : byClock;
            if (wait.compareTo(Duration.ZERO) > 0) {
                sleep(wait);
                return;
            }
        }
        task.run();
    }
}
