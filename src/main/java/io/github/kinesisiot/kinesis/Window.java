package io.github.kinesisiot.kinesis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * The records of all shards this container holds, on their way through the route.
 *
 * <p>Promises: at most {@link WindowLimits#inFlight()} records are in the route at once, and at most one per partition key; the next
 * record of a key starts when the one before is settled, in the order of acceptance, also across shards (after a reshard) and across
 * retries. Different keys wait for each other only for room. A failed record is tried again in place, after a back-off that holds no
 * thread, until it is settled or its lease is gone. Each accepted record is settled at most once.
 *
 * <p>Memory: at most {@link WindowLimits#held()} (2 × in flight) unsettled records and about {@link WindowLimits#bytes()} of payload, plus
 * one record per shard. Each shard gets an even share of that: a hot or failing key fills at most the share of its shard, whose delivery
 * then waits in {@link #offer} while the other shards go on. That wait is the back-pressure. Beyond its oldest unsettled record a shard
 * goes on for at most {@link WindowLimits#span()} records (places only, no payload), which bounds what a crash repeats.
 * A key costs memory only while one of its records is held.
 *
 * <p>Does not promise an end: a record that always fails stays. Limiting attempts is the route's business.
 *
 * <p>Thread-safe. One lock, never held while the route runs; each operation is O(1) per record.
 */
final class Window {
    private static final Logger LOG = LoggerFactory.getLogger(Window.class);

    private enum Intake {
        OPEN,
        /** Offers wait; what is held goes on until it is settled, so that no gap is left behind what was settled out of turn. */
        SUSPENDED,
        /** Nothing starts any more, offers are turned away. */
        CLOSED
    }

    /** How long to wait before asking a saturated executor again. */
    private static final long SATURATED_MILLIS = 100;

    private final WindowLimits limits;
    private final Attempt attempt;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final Backoff backoff;
    private final Clock clock;
    private final WindowEvents events;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();
    private final List<Shard> shards = new ArrayList<>();
    private final Map<String, KeyLine> keys = new HashMap<>();
    private final ArrayDeque<HeldRecord> ready = new ArrayDeque<>();
    private Intake intake = Intake.OPEN;
    private int held;
    private long heldBytes;
    private long read;
    private long settled;
    private long retried;
    private int inFlight;
    /** Route threads asked for or running, and how many of them are inside an attempt. */
    private int runners;

    private int busyRunners;
    private boolean full;

    /** The record of a key whose turn it is, and the end of the line behind it. */
    private static final class KeyLine {
        private HeldRecord current;
        private HeldRecord last;
    }

    Window(
            WindowLimits limits,
            Attempt attempt,
            Executor threads,
            ScheduledExecutorService timer,
            Backoff backoff,
            Clock clock,
            WindowEvents events) {
        this.limits = limits;
        this.attempt = attempt;
        this.threads = threads;
        this.timer = timer;
        this.backoff = backoff;
        this.clock = clock;
        this.events = events;
    }

    /** Begins to hold a shard; what is still known of an earlier lease of the same shard is forgotten. */
    Shard open(String shardId) {
        lock.lock();
        try {
            for (Shard earlier : List.copyOf(shards)) {
                if (earlier.id.equals(shardId)) {
                    forget(earlier);
                }
            }
            Shard shard = new Shard(shardId, lock.newCondition(), clock.instant());
            shards.add(shard);
            return shard;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts the record, waiting for room if need be.
     *
     * @return false if the record was turned away because the shard is lost or the window closed: it is not held and must not count
     * @throws InterruptedException if interrupted while waiting; the record was not accepted
     */
    boolean offer(Shard shard, KinesisClientRecord data) throws InterruptedException {
        Offer offer = tryOffer(shard, data);
        while (offer == Offer.NO_ROOM) {
            lock.lockInterruptibly();
            try {
                while (intake != Intake.CLOSED && !shard.lost && !roomFor(shard)) {
                    shard.changed.await();
                }
            } finally {
                lock.unlock();
            }
            offer = tryOffer(shard, data);
        }
        return offer == Offer.TAKEN;
    }

    enum Offer {
        TAKEN,
        TURNED_AWAY,
        NO_ROOM
    }

    /** As {@link #offer}, without waiting. */
    Offer tryOffer(Shard shard, KinesisClientRecord data) {
        boolean another;
        Position position = Position.of(data);
        lock.lock();
        try {
            if (intake == Intake.CLOSED || shard.lost) {
                shard.refused = true;
                return Offer.TURNED_AWAY;
            }
            if (shard.knows(position)) {
                return Offer.TAKEN;
            }
            shard.blocked = !roomFor(shard);
            if (shard.blocked) {
                return Offer.NO_ROOM;
            }
            accept(new HeldRecord(shard, data, position, clock.instant()));
            another = anotherRunner();
        } finally {
            lock.unlock();
        }
        events.read();
        if (another) {
            submit();
        }
        return Offer.TAKEN;
    }

    /**
     * Forgets what is not in flight and lets nothing more of this shard in. What is in flight ends unheard.
     *
     * @return false if that had happened before
     */
    boolean forget(Shard shard) {
        lock.lock();
        try {
            if (shard.lost) {
                return false;
            }
            shard.lost = true;
            shards.remove(shard);
            for (HeldRecord record : shard.records()) {
                boolean heldTheKey =
                        record.state == HeldRecord.State.READY || record.state == HeldRecord.State.BACKING_OFF;
                if (record.state != HeldRecord.State.SETTLED) {
                    held--;
                    heldBytes -= record.bytes;
                    if (record.state != HeldRecord.State.IN_FLIGHT) {
                        record.state = HeldRecord.State.FORGOTTEN;
                        record.data = null;
                    }
                }
                if (heldTheKey) {
                    nextOf(record.key);
                }
            }
            shard.forgetAll();
            shard.changed.signalAll();
            wakeAll();
            signalIdle();
        } finally {
            lock.unlock();
        }
        pump();
        return true;
    }

    /** Nothing is accepted until {@link #resume()}, offers wait; what is held goes on. */
    void suspend() {
        change(Intake.SUSPENDED);
    }

    void resume() {
        change(Intake.OPEN);
        pump();
    }

    /**
     * Waits until there is nothing to do: nothing in flight and nothing that may start. What is held then waits for its next try after a
     * failure, or behind a record that does: no reason to hold up a stop.
     *
     * @return whether that was so in time
     */
    boolean awaitDrained(Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = most.toNanos();
            while (!idle() && nanos > 0) {
                nanos = drained.awaitNanos(nanos);
            }
            return idle();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing starts any more; offers, also waiting ones, are turned away. */
    void close() {
        change(Intake.CLOSED);
    }

    private void change(Intake to) {
        lock.lock();
        try {
            if (intake != Intake.CLOSED) {
                intake = to;
            }
            for (Shard shard : shards) {
                shard.changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing accepted of this shard is unsettled.
     *
     * @return whether everything KCL delivered of the shard is settled; false also when the shard is lost or the window closed first
     */
    boolean awaitSettled(Shard shard) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (shard.held > 0 && !shard.lost && intake != Intake.CLOSED) {
                shard.changed.await();
            }
            return shard.held == 0 && !shard.lost && !shard.refused;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for as long as given unless the shard is lost or the window closed meanwhile; then false. */
    boolean pause(Shard shard, long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (nanos > 0 && !shard.lost && intake != Intake.CLOSED) {
                nanos = shard.changed.awaitNanos(nanos);
            }
            return !shard.lost && intake != Intake.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    /** A look at the window and its shards under the lock; {@code look} must not wait. */
    <T> T look(Function<View, T> look) {
        lock.lock();
        try {
            return look.apply(
                    new View(held, inFlight, ready.size(), keys.size(), List.copyOf(shards), clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    /** How much there is in the window, how much fits, and what went through it so far. */
    SourceDetail.Held figures() {
        lock.lock();
        try {
            return new SourceDetail.Held(
                    held,
                    limits.held(),
                    heldBytes,
                    limits.bytes(),
                    inFlight,
                    limits.inFlight(),
                    keys.size(),
                    read,
                    settled,
                    retried);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param ready may start and has not yet
     * @param keys partition keys of which a record is held
     */
    record View(int held, int inFlight, int ready, int keys, List<Shard> shards, Instant now) {

        /** Null if nothing is held. */
        Instant oldestAcceptedAt() {
            return shards.stream()
                    .flatMap(shard -> shard.oldest().stream())
                    .map(record -> record.acceptedAt)
                    .min(Instant::compareTo)
                    .orElse(null);
        }
    }

    private boolean roomFor(Shard shard) {
        if (intake != Intake.OPEN) {
            return false;
        }
        if (shard.held == 0) {
            return shard.span() < limits.span();
        }
        // Once it has waited, a shard goes on only when a quarter of its share is free: it then works in runs, not
        // record by record.
        int slack = shard.blocked ? limits.held() / shards.size() / 4 : 0;
        boolean total = held < limits.held() && heldBytes < limits.bytes();
        full |= !total;
        return total && shard.held < Math.max(1, limits.held() / shards.size() - slack) && shard.span() < limits.span();
    }

    private void accept(HeldRecord record) {
        record.shard.accepted(record);
        held++;
        read++;
        heldBytes += record.bytes;
        KeyLine line = keys.get(record.key);
        if (line == null) {
            line = new KeyLine();
            line.current = record;
            keys.put(record.key, line);
            turn(record);
        } else {
            line.last.nextOfKey = record;
        }
        line.last = record;
    }

    private void turn(HeldRecord record) {
        record.state = HeldRecord.State.READY;
        ready.addLast(record);
    }

    private void nextOf(String key) {
        KeyLine line = keys.get(key);
        HeldRecord next = line.current.nextOfKey;
        line.current.nextOfKey = null;
        while (next != null && next.state == HeldRecord.State.FORGOTTEN) {
            next = next.nextOfKey;
        }
        line.current = next;
        if (next == null) {
            keys.remove(key);
        } else {
            turn(next);
        }
    }

    /** Whether one more route thread has something to do; the caller, who holds the lock, must then {@link #submit()} after releasing it. */
    private boolean anotherRunner() {
        boolean another = intake != Intake.CLOSED
                && runners < limits.threads()
                && runners - busyRunners < ready.size()
                && inFlight < limits.inFlight();
        if (another) {
            runners++;
        }
        return another;
    }

    private void pump() {
        boolean another = true;
        while (another) {
            lock.lock();
            try {
                another = anotherRunner();
            } finally {
                lock.unlock();
            }
            another = another && submit();
        }
    }

    private boolean submit() {
        try {
            threads.execute(this::run);
            return true;
        } catch (RejectedExecutionException saturated) {
            lock.lock();
            try {
                runners--;
            } finally {
                lock.unlock();
            }
            later(this::pump, SATURATED_MILLIS);
            return false;
        }
    }

    private void run() {
        for (HeldRecord record = take(false); record != null; record = take(true)) {
            int number = record.attempt;
            HeldRecord started = record;
            try {
                attempt.start(record, failure -> ended(started, number, failure));
            } catch (RuntimeException | Error unexpected) {
                ended(started, number, unexpected);
            }
        }
    }

    private HeldRecord take(boolean wasBusy) {
        lock.lock();
        try {
            if (wasBusy) {
                busyRunners--;
            }
            while (intake != Intake.CLOSED && inFlight < limits.inFlight()) {
                HeldRecord record = ready.pollFirst();
                if (record == null) {
                    break;
                }
                if (record.state == HeldRecord.State.READY) {
                    start(record);
                    return record;
                }
            }
            runners--;
            signalIdle();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void start(HeldRecord record) {
        record.state = HeldRecord.State.IN_FLIGHT;
        record.attempt++;
        if (record.firstAttemptAt == null) {
            record.firstAttemptAt = clock.instant();
        }
        busyRunners++;
        inFlight++;
        record.shard.inFlight++;
    }

    private void ended(HeldRecord record, int number, Throwable failure) {
        boolean mayStart;
        boolean forgotten;
        lock.lock();
        try {
            if (record.state != HeldRecord.State.IN_FLIGHT || record.attempt != number) {
                return;
            }
            inFlight--;
            record.shard.inFlight--;
            forgotten = record.shard.lost;
            if (forgotten) {
                record.state = HeldRecord.State.FORGOTTEN;
                record.data = null;
                nextOf(record.key);
            } else if (failure == null) {
                settle(record);
            } else {
                record.state = HeldRecord.State.BACKING_OFF;
                record.lastFailure = failure;
                retried++;
                if (!later(
                        () -> again(record), backoff.delayAfter(record.attempt).toMillis())) {
                    turn(record);
                }
            }
            mayStart = anotherRunner();
            signalIdle();
        } finally {
            lock.unlock();
        }
        if (mayStart) {
            submit();
        }
        if (forgotten) {
            return;
        }
        if (failure == null) {
            events.settled();
        } else {
            events.failed(record, failure);
        }
    }

    private void settle(HeldRecord record) {
        Shard shard = record.shard;
        record.state = HeldRecord.State.SETTLED;
        record.data = null;
        record.lastFailure = null;
        record.lastTopic = null;
        held--;
        heldBytes -= record.bytes;
        shard.held--;
        shard.settled++;
        settled++;
        shard.advance();
        nextOf(record.key);
        if (shard.held == 0 || shard.blocked && roomFor(shard)) {
            shard.changed.signalAll();
        }
        if (full && held < limits.held() - limits.held() / 4 && heldBytes < limits.bytes()) {
            wakeAll();
        }
    }

    private boolean idle() {
        return inFlight == 0 && ready.isEmpty();
    }

    private void signalIdle() {
        if (idle()) {
            drained.signalAll();
        }
    }

    private void wakeAll() {
        full = false;
        for (Shard shard : shards) {
            if (shard.blocked) {
                shard.changed.signalAll();
            }
        }
    }

    private void again(HeldRecord record) {
        boolean another;
        lock.lock();
        try {
            if (record.state != HeldRecord.State.BACKING_OFF) {
                return;
            }
            turn(record);
            another = anotherRunner();
        } finally {
            lock.unlock();
        }
        if (another) {
            submit();
        }
    }

    /** Whether the task will be run; what the timer does not take would otherwise wait for ever. */
    private boolean later(Runnable task, long millis) {
        try {
            timer.schedule(task, millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException refused) {
            if (intake != Intake.CLOSED) {
                LOG.atError()
                        .addKeyValue("event", "timer-refused")
                        .setCause(refused)
                        .log("The timer takes no task: a record is tried again without a pause");
            }
            return false;
        }
    }
}
