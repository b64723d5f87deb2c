package io.github.kinesisiot.kinesis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Keeps a repeated fault from flooding the log: the first of its kind is reported at once, then at most one a minute with the number of
 * those kept back. Thread-safe; remembers one entry per kind, so kinds must be few (operations, shards), not messages.
 */
final class RepeatedFault {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<String, Entry> entries = new HashMap<>();

    private static final class Entry {
        private Instant reportedAt;
        private long keptBack;
    }

    RepeatedFault(Clock clock) {
        this.clock = clock;
    }

    /** @param log called with the number of faults of this kind kept back since the last report, or not at all */
    void report(String kind, LongConsumer log) {
        long keptBack;
        synchronized (this) {
            Instant now = clock.instant();
            Entry entry = entries.get(kind);
            if (entry != null && now.isBefore(entry.reportedAt.plus(INTERVAL))) {
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
    synchronized void over(String kind) {
        entries.remove(kind);
    }
}
