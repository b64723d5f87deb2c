package io.github.kinesisiot.iot;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Logs a fault when it first happens and then once a minute with a count, however often it happens. Thread-safe. */
final class FaultLog {

    private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private final LongSupplier nanos;
    private final Map<String, Seen> seen = new HashMap<>();

    FaultLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    void warn(String code, String sentence) {
        long now = nanos.getAsLong();
        int unlogged;
        synchronized (seen) {
            Seen fault = seen.get(code);
            if (fault != null && now - fault.loggedAt < PAUSE) {
                fault.unlogged++;
                return;
            }
            unlogged = fault == null ? 0 : fault.unlogged;
            seen.put(code, new Seen(now));
        }
        if (unlogged == 0) {
            log.warn("{}", sentence);
        } else {
            log.warn("{} ({} more of this kind since the last line about it)", sentence, unlogged);
        }
    }

    private static final class Seen {
        private final long loggedAt;
        private int unlogged;

        private Seen(long loggedAt) {
            this.loggedAt = loggedAt;
        }
    }
}
