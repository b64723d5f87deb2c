package io.github.kinesisiot.log;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps a repeated fault from flooding the log: the first of its kind is reported at once, then at most one a minute with the number of
 * those kept back. Thread-safe. Remembers one entry per kind, {@value #MOST} at most: kinds are meant to be few (operations, shards, reasons), and what
 * comes beyond them, such as sentences of a library that differ each time, counts as one kind.
 */
public final class RepeatedFault {

    private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST = 500;
    private static final String ANY_OTHER = "";

    private final LongSupplier nanos;
    private final Map<String, Entry> entries = new HashMap<>();

    private static final class Entry {
        private long reportedAt;
        private long keptBack;
    }

    public RepeatedFault(Clock clock) {
        this(() -> nanos(clock.instant()));
    }

    public RepeatedFault(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param log called with the number of faults of this kind kept back since the last report, or not at all */
    public void report(String kind, LongConsumer log) {
        long keptBack;
        synchronized (this) {
            long now = nanos.getAsLong();
            Entry entry = entries.get(kind);
            if (entry == null && entries.size() >= MOST) {
                // Who has been silent for a minute is news again anyway; only the number of those kept back is lost.
                entries.values().removeIf(old -> now - old.reportedAt >= INTERVAL);
                kind = entries.size() >= MOST ? ANY_OTHER : kind;
                entry = entries.get(kind);
            }
            if (entry != null && now - entry.reportedAt < INTERVAL) {
                entry.keptBack++;
                return;
            }
            if (entry == null) {
                entry = new Entry();
                entries.put(kind, entry);
            }
            keptBack = entry.keptBack;
            entry.keptBack = 0;
            entry.reportedAt = now;
        }
        log.accept(keptBack);
    }

    /** The fault is over: the next of its kind is news again. */
    public synchronized void over(String kind) {
        entries.remove(kind);
    }

    /** As {@link #over}, of all kinds. */
    public synchronized void allOver() {
        entries.clear();
    }

    /** The end of a sentence about a fault: nothing, or how many of its kind were kept back. */
    public static String more(long keptBack) {
        return keptBack == 0 ? "" : " (" + keptBack + " more of this kind since the last line about it)";
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
