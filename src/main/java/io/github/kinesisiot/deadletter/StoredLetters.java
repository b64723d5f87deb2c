package io.github.kinesisiot.deadletter;

import io.github.kinesisiot.Printable;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the letters that are safely stored, wherever that is. Thread-safe. */
public final class StoredLetters {

    private static final Logger LOG = LoggerFactory.getLogger(StoredLetters.class);

    private final MeterRegistry meters;
    private final RecentLetters recent = new RecentLetters();

    public StoredLetters(MeterRegistry meters) {
        this.meters = meters;
    }

    /** How many there were for each reason, and where the last ones came from. */
    public RecentLetters recent() {
        return recent;
    }

    void add(DeadLetter letter) {
        recent.add(letter);
        meters.counter("bridge.dead.letters", "reason", letter.reason()).increment();
        LOG.warn(
                "Dead letter {}: shard {} sequence {} after {} attempts: {}",
                letter.reason(),
                letter.shardId(),
                letter.sequenceNumber(),
                letter.attempts(),
                Printable.of(letter.message()));
    }
}
