package io.github.kinesisiot.hold;

import io.github.kinesisiot.RecordGivenUpException;
import io.github.kinesisiot.iot.PublishFailedException;
import io.github.kinesisiot.kinesis.RecordHeaders;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The route's first step: lets a record go on, or wait while the bridge holds, and learns how it ends. Waiting takes no thread. Also gives up
 * what the target's policy has not allowed for half a minute while other records were published. Thread-safe.
 */
public final class HoldGate extends AsyncProcessorSupport {

    private final Hold hold;

    public HoldGate(Hold hold) {
        this.hold = hold;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var record = new Parked(exchange, callback);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange ended) {
                GateEnd.tell(hold, record, ended);
            }
        });
        var lastFailure = exchange.getProperty(RecordHeaders.LAST_FAILURE, Throwable.class);
        var firstTriedAt = exchange.getProperty(RecordHeaders.FIRST_ATTEMPT_AT, Instant.class);
        if (Refusal.notAuthorized(lastFailure) && firstTriedAt != null && hold.deniedForGood(firstTriedAt)) {
            exchange.setException(new RecordGivenUpException(
                    Refusal.NOT_AUTHORIZED,
                    "not allowed since " + firstTriedAt + " while other records are: " + lastFailure.getMessage(),
                    lastFailure));
        } else if (!hold.enter(record)) {
            return false;
        }
        callback.done(true);
        return true;
    }

    /** Empty where there is none. */
    static String key(Exchange exchange) {
        return exchange.getMessage().getHeader(Kinesis2Constants.PARTITION_KEY, "", String.class);
    }

    private record Parked(Exchange exchange, AsyncCallback callback) implements Hold.Waiting {

        @Override
        public String key() {
            return HoldGate.key(exchange);
        }

        @Override
        public int attempt() {
            return exchange.getMessage().getHeader(RecordHeaders.ATTEMPT, 1, Integer.class);
        }

        @Override
        public void goOn() {
            callback.done(false);
        }

        @Override
        public void giveBack() {
            exchange.setException(new PublishFailedException(
                    Refusal.HELD, "it waited while every record was refused, and was not tried", null));
            callback.done(false);
        }

        @Override
        public boolean wanted() {
            var wanted = exchange.getProperty(RecordHeaders.WANTED, BooleanSupplier.class);
            return wanted == null || wanted.getAsBoolean();
        }

        // One attempt is one record here, whatever its exchange says of equality.
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
