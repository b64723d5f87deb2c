package io.github.kinesisiot.credentials;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often a session began and how often STS gave none, by reason. Thread-safe. */
public final class SessionCounts {

    private final LongAdder renewals = new LongAdder();
    private final Map<StsTrouble, LongAdder> failures = new EnumMap<>(StsTrouble.class);

    SessionCounts() {
        for (StsTrouble trouble : StsTrouble.values()) {
            failures.put(trouble, new LongAdder());
        }
    }

    void renewed() {
        renewals.increment();
    }

    void failed(StsTrouble trouble) {
        failures.get(trouble).increment();
    }

    /** Sessions begun, the first included. */
    public long renewals() {
        return renewals.sum();
    }

    public long failures(StsTrouble trouble) {
        return failures.get(trouble).sum();
    }
}
