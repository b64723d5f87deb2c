package io.github.kinesisiot.deadletter;

import io.github.kinesisiot.Printable;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the letters that are safely stored, wherever that is. Thread-safe. */
public final class StoredLetters {

    private static final Logger LOG = LoggerFactory.getLogger(StoredLetters.class);

    private final MeterRegistry meters;

    public StoredLetters(MeterRegistry meters) {
        this.meters = meters;
    }

    void add(DeadLetter letter) {
        meters.counter("bridge.dead.letters", "reason", letter.reason()).increment();
        LOG.atWarn()
                .addKeyValue("event", "dead-letter-stored")
                .addKeyValue("shard", letter.shardId())
                .addKeyValue("sequence", letter.sequenceNumber())
                .addKeyValue("reason", letter.reason())
                .addKeyValue("attempts", letter.attempts())
                .log(
                        "Dead letter {}: shard {} sequence {} after {} attempts: {}",
                        letter.reason(),
                        letter.shardId(),
                        letter.sequenceNumber(),
                        letter.attempts(),
                        Printable.of(letter.message()));
    }
}
