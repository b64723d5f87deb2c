package io.github.kinesisiot.deadletter;

import io.github.kinesisiot.Printable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the letters that are safely stored, wherever that is. Thread-safe. */
public final class StoredLetters {

    private static final Logger LOG = LoggerFactory.getLogger(StoredLetters.class);

    private final MeterRegistry meters;
    private final RecentLetters recent = new RecentLetters();
    private final Counter all;

    public StoredLetters(MeterRegistry meters) {
        this.meters = meters;
        // There from the start: what counts an increase does not see a counter that begins with its first letter.
        this.all = Counter.builder("bridge.records.dead.lettered")
                .description("Records settled by a dead letter that is stored")
                .register(meters);
    }

    /** How many there were for each reason, and where the last ones came from. */
    public RecentLetters recent() {
        return recent;
    }

    void add(DeadLetter letter) {
        recent.add(letter);
        all.increment();
        Counter.builder("bridge.dead.letters")
                .description("Dead letters stored, by reason")
                .tag("reason", letter.reason())
                .register(meters)
                .increment();
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
