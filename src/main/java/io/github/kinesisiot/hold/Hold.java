package io.github.kinesisiot.hold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a bad record from a bad world. Refusals with a success between them are the records' own fault; a run of {@value #MOST_IN_A_ROW} without
 * one is in doubt, and from then on no record of it is settled; when the run has also lasted {@link #DOUBT}, the bridge holds: records wait at
 * the route's beginning, and one at a time is tried. The first success lets all go on.
 *
 * <p>Which one: of the partition keys of which nothing was refused in this run the record that was tried least, so that a good one that arrives
 * among bad ones is found soon; if there is none, the one that waits longest. When: at once after a refusal that is the record's own, which costs
 * next to nothing and says nothing of the others; after 1 s, 2 s, 4 s, 8 s and then every {@link #LONGEST_PAUSE} after any other.
 *
 * <p>Success is what the sink has delivered, whichever route or part of a split it was in; a record that a filter drops says nothing. Only where
 * no sink is used does an exchange that ends well count instead.
 *
 * <p>Does not hold for faults that pass by themselves: those are tried again anyway. Memory: what waits is in the source's window.
 *
 * <p>Thread-safe. Never calls out while it holds its lock.
 */
public final class Hold {

    static final int MOST_IN_A_ROW = 20;
    static final Duration DOUBT = Duration.ofSeconds(10);
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** How long one record may be not allowed while others are. */
    static final Duration DENIED_FOR = Duration.ofSeconds(30);
    /** An attempt that does not end must not be the last: the sink's time-outs are shorter. */
    static final Duration LONGEST_TRY = Duration.ofMinutes(2);

    private static final int MOST_KEYS = 10_000;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Hold.class);

    private final Sink sink;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Executor threads;
    private final BooleanSupplier stopping;

    /** Of the run of refusals; {@code since} is null while it is empty. */
    private int run;

    private Instant since;
    private String refusal = "";
    private Instant lastSuccess = Instant.MIN;
    private long delivered;

    /** Of the hold; {@code holdingSince} is null while there is none. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private Instant holdingSince;
    private Waiting tried;
    private Instant triedAt;
    private int pauses;
    private Instant nextTry;
    /** Bounded by the source's window at any one time, and by {@link #MOST_KEYS} over a long hold. */
    private final Set<String> refusedKeys = new HashSet<>();

    private final List<Runnable> toRun = new ArrayList<>();

    /** What is known of the way out. */
    public interface Sink {
        /** Messages acknowledged with success so far. */
        long delivered();

        /** Whether any route publishes through it. */
        boolean used();
    }

    /** A record at the route's beginning. */
    interface Waiting {
        /** Records of one partition key are likely to share their fate. */
        String key();

        /** 1 for the first. */
        int attempt();

        void goOn();

        /** Ends this attempt without a try; the source keeps the record. */
        void giveBack();

        /** Whether the source still waits for it. */
        boolean wanted();
    }

    enum End {
        /** Published, filtered out or settled otherwise. */
        WELL,
        /** As {@link #refused} was told, for what the record itself is: its size, its topic, its payload. */
        OWN_FAULT,
        /** As {@link #refused} was told, for a reason that others may share. */
        REFUSED,
        /** By a fault that passes, so that nothing is known of the record: a lost connection, a time-out. */
        FAILED
    }

    /** @param stopping whether the process is on its way down: then nothing waits */
    public Hold(Sink sink, Clock clock, ScheduledExecutorService timer, Executor threads, BooleanSupplier stopping) {
        this.sink = sink;
        this.clock = clock;
        this.timer = timer;
        this.threads = threads;
        this.stopping = stopping;
    }

    /** Why nothing is published and when that began, as one sentence; empty while not holding. */
    public Optional<String> problem() {
        synchronized (this) {
            look();
            return holdingSince == null
                    ? Optional.empty()
                    : Optional.of("held since " + holdingSince + ": every record is refused; " + refusal);
        }
    }

    /** @return whether the record may go on now; if not, it is told when */
    boolean enter(Waiting record) {
        boolean goesOn;
        synchronized (this) {
            look();
            goesOn = holdingSince == null;
            if ((!goesOn || run > MOST_IN_A_ROW) && stopping.getAsBoolean()) {
                // In flight again each time the last try was not the last, it would keep the process from ending.
                goesOn = false;
                toRun.add(record::giveBack);
            } else if (!goesOn) {
                waiting.add(record);
                tryNext();
            }
        }
        runWhatIsDue();
        return goesOn;
    }

    /**
     * The broker or the route refuses a record.
     *
     * @return whether this is the record's own fault, so that it may be settled as a dead letter
     */
    boolean refused(String key, String sentence) {
        boolean ownFault;
        synchronized (this) {
            look();
            Instant now = clock.instant();
            if (run++ == 0) {
                since = now;
            }
            refusal = sentence;
            if (refusedKeys.size() < MOST_KEYS) {
                refusedKeys.add(key);
            }
            if (holdingSince == null && run >= MOST_IN_A_ROW && !now.isBefore(since.plus(DOUBT))) {
                begin(now);
            }
            ownFault = holdingSince == null && run <= MOST_IN_A_ROW;
        }
        runWhatIsDue();
        return ownFault;
    }

    /** Whether a record that is not allowed has been tried for long enough, with others published meanwhile. */
    boolean deniedForGood(Instant firstTriedAt) {
        synchronized (this) {
            look();
            return holdingSince == null
                    && lastSuccess.isAfter(firstTriedAt)
                    && !clock.instant().isBefore(firstTriedAt.plus(DENIED_FOR));
        }
    }

    /** The record's exchange has ended. */
    void ended(Waiting record, End end) {
        synchronized (this) {
            look();
            // Asked only when it matters: it takes a lock of the sink's.
            if (end == End.WELL && (run > 0 || holdingSince != null) && !sink.used()) {
                succeeded();
            }
            if (record == tried) {
                tried = null;
                nextTry = clock.instant().plus(pauseAfter(end));
                tryNext();
            }
        }
        runWhatIsDue();
    }

    private void look() {
        long now = sink.delivered();
        if (now != delivered) {
            delivered = now;
            succeeded();
        }
    }

    private void succeeded() {
        lastSuccess = clock.instant();
        run = 0;
        since = null;
        refusedKeys.clear();
        if (holdingSince != null) {
            LOG.atInfo()
                    .addKeyValue("event", "hold-over")
                    .addKeyValue(
                            "seconds",
                            Duration.between(holdingSince, lastSuccess).toSeconds())
                    .addKeyValue("waiting", waiting.size())
                    .log(
                            "Publishing again: a record went through after {} s of refusals; {} others go on",
                            Duration.between(holdingSince, lastSuccess).toSeconds(),
                            waiting.size());
            holdingSince = null;
            tried = null;
            waiting.forEach(record -> toRun.add(record::goOn));
            waiting.clear();
            soon(this::runWhatIsDue, Duration.ZERO);
        }
    }

    private void begin(Instant now) {
        holdingSince = now;
        pauses = 0;
        nextTry = now.plus(FIRST_PAUSE);
        LOG.atError()
                .addKeyValue("event", "holding")
                .addKeyValue("refusals", run)
                .log(
                        "Holding: {} refusals in a row since {} and no record published. Nothing more goes to the dead letter; one record is tried now and"
                                + " then, and all go on when it is published. The last refusal: {}",
                        run,
                        since,
                        refusal);
        soon(this::tick, LOOK);
    }

    private void tick() {
        synchronized (this) {
            look();
            if (holdingSince != null) {
                boolean down = stopping.getAsBoolean();
                for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
                    Waiting record = each.next();
                    if (down || !record.wanted()) {
                        each.remove();
                        toRun.add(record::giveBack);
                    }
                }
                tryNext();
                soon(this::tick, LOOK);
            }
        }
        runWhatIsDue();
    }

    private void tryNext() {
        Instant now = clock.instant();
        boolean free = tried == null || triedAt.plus(LONGEST_TRY).isBefore(now);
        if (holdingSince != null && free && !now.isBefore(nextTry) && !waiting.isEmpty()) {
            tried = takeNext();
            triedAt = now;
            toRun.add(tried::goOn);
        }
    }

    private Waiting takeNext() {
        Optional<Waiting> promising = waiting.stream()
                .filter(record -> !refusedKeys.contains(record.key()))
                .min(Comparator.comparingInt(Waiting::attempt));
        promising.ifPresent(waiting::remove);
        return promising.orElseGet(waiting::poll);
    }

    private Duration pauseAfter(End end) {
        return switch (end) {
            case WELL, OWN_FAULT -> Duration.ZERO;
            case FAILED -> FIRST_PAUSE;
            case REFUSED -> {
                pauses++;
                yield grownPause();
            }
        };
    }

    private Duration grownPause() {
        Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(pauses, 10));
        return grown.compareTo(LONGEST_PAUSE) < 0 ? grown : LONGEST_PAUSE;
    }

    private void soon(Runnable task, Duration delay) {
        try {
            timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            // The context is down, and with it the source.
        }
    }

    private void runWhatIsDue() {
        List<Runnable> due;
        synchronized (this) {
            if (toRun.isEmpty()) {
                return;
            }
            due = List.copyOf(toRun);
            toRun.clear();
        }
        due.forEach(threads::execute);
    }
}
