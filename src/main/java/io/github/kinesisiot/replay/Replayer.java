package io.github.kinesisiot.replay;

import io.github.kinesisiot.replay.Letters.Numbered;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Publishes letters at a rate: those of one partition key one after the other, in the order of {@link #submit}; different keys at once. What
 * fails for a passing reason is tried again for a minute; when that does not help, nothing more is tried. A published letter is marked before
 * the next of its key starts.
 *
 * <p>{@link #submit} and {@link #finish} belong to one thread.
 */
final class Replayer {

    /** Memory, and what a kill may double. */
    static final int MOST_IN_FLIGHT = 100;

    static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Entry entry;
    private final ScheduledExecutorService threads;
    private final LongSupplier nanos;
    private final long interval;
    private final Tally tally;
    private final Semaphore room = new Semaphore(MOST_IN_FLIGHT);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<String, CompletableFuture<Void>> lines = new HashMap<>();
    private long next;

    /** The route's beginning. */
    interface Entry {
        /** Completes with how it went; never exceptionally. */
        CompletableFuture<Outcome> publish(Numbered letter);
    }

    record Outcome(Kind kind, String reason, String sentence) {
        enum Kind {
            PUBLISHED,
            REFUSED,
            /** For a reason that may pass. */
            FAILED
        }

        static final Outcome PUBLISHED = new Outcome(Kind.PUBLISHED, "", "");
    }

    Replayer(Entry entry, ScheduledExecutorService threads, LongSupplier nanos, int rate, Tally tally) {
        this.entry = entry;
        this.threads = threads;
        this.nanos = nanos;
        this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
        this.tally = tally;
        this.next = nanos.getAsLong();
    }

    /** Waits for the rate and for room. */
    void submit(Numbered letter, Replayed marks) throws InterruptedException {
        long wait = next - nanos.getAsLong();
        if (wait > 0) {
            stopped.await(wait, TimeUnit.NANOSECONDS);
        }
        // No burst after a wait for room.
        next = Math.max(next, nanos.getAsLong() - interval) + interval;
        room.acquire();
        if (tally.isStopped()) {
            tally.untried();
            room.release();
            return;
        }
        String key = letter.letter().partitionKey();
        var ended = new CompletableFuture<Void>();
        CompletableFuture<Void> before;
        synchronized (lines) {
            before = lines.put(key, ended);
        }
        ended.whenComplete((nothing, never) -> {
            synchronized (lines) {
                lines.remove(key, ended);
            }
            room.release();
        });
        long startedAt = nanos.getAsLong();
        if (before == null) {
            threads.execute(() -> attempt(letter, marks, startedAt, 1, ended));
        } else {
            before.thenRunAsync(() -> attempt(letter, marks, nanos.getAsLong(), 1, ended), threads);
        }
    }

    /** Waits until everything submitted has ended. */
    void finish() throws InterruptedException {
        room.acquire(MOST_IN_FLIGHT);
        room.release(MOST_IN_FLIGHT);
    }

    private void attempt(Numbered letter, Replayed marks, long startedAt, int number, CompletableFuture<Void> ended) {
        if (tally.isStopped()) {
            tally.untried();
            ended.complete(null);
            return;
        }
        entry.publish(letter).whenComplete((outcome, thrown) -> {
            if (thrown != null) {
                stop("line " + letter.line() + " of " + letter.file() + ": " + thrown);
                ended.complete(null);
                return;
            }
            switch (outcome.kind()) {
                case PUBLISHED -> mark(letter, marks, ended);
                case REFUSED -> {
                    tally.refused(letter, outcome.reason(), outcome.sentence());
                    ended.complete(null);
                }
                case FAILED -> {
                    if (nanos.getAsLong() - startedAt < PATIENCE.toNanos()) {
                        threads.schedule(
                                () -> attempt(letter, marks, startedAt, number + 1, ended),
                                pause(number).toMillis(),
                                TimeUnit.MILLISECONDS);
                    } else {
                        stop("nothing goes through for " + PATIENCE.toSeconds() + " s: " + outcome.reason() + ": "
                                + outcome.sentence());
                        tally.untried();
                        ended.complete(null);
                    }
                }
            }
        });
    }

    private void mark(Numbered letter, Replayed marks, CompletableFuture<Void> ended) {
        marks.add(RecordId.of(letter.letter())).whenComplete((written, failure) -> {
            tally.published();
            if (failure != null) {
                stop(Replayed.beside(letter.file()) + " cannot be written (" + failure.getMessage()
                        + "): the record of line " + letter.line() + " was published, and is again the next time");
            }
            ended.complete(null);
        });
    }

    private void stop(String why) {
        tally.stopped(why);
        stopped.countDown();
    }

    private static Duration pause(int number) {
        Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(number - 1, 10));
        return grown.compareTo(LONGEST_PAUSE) < 0 ? grown : LONGEST_PAUSE;
    }
}
