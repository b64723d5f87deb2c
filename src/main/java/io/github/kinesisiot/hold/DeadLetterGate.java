package io.github.kinesisiot.hold;

import io.github.kinesisiot.iot.PublishFailedException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The dead letter route's first step: lets a record be stored when the refusal is its own, and gives it back to the source when every record is
 * refused. Thread-safe.
 */
public final class DeadLetterGate implements Processor {

    private final Hold hold;

    public DeadLetterGate(Hold hold) {
        this.hold = hold;
    }

    @Override
    public void process(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure == null || Refusal.asSet(failure)) {
            return;
        }
        exchange.setProperty(Refusal.COUNTED, failure);
        String sentence = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (!hold.refused(HoldGate.key(exchange), sentence)) {
            throw new PublishFailedException(Refusal.HELD, "kept, since every record is refused: " + sentence, failure);
        }
    }
}
