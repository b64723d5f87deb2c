package io.github.kinesisiot.deadletter;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The last step of the dead-letter route: turns the failed exchange into a {@link DeadLetter} and stores it. When storing fails the exchange
 * fails, and the source tries the record again: nothing is dropped. Thread-safe.
 */
public final class DeadLetters implements Processor {

    private final FailedRecords records;
    private final DeadLetterStore store;
    private final StoredLetters stored;

    public DeadLetters(FailedRecords records, DeadLetterStore store, StoredLetters stored) {
        this.records = records;
        this.store = store;
        this.stored = stored;
    }

    /** Where they are stored. */
    public DeadLetterStore store() {
        return store;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        DeadLetter letter = records.letter(exchange);
        store.append(letter);
        stored.add(letter);
    }
}
