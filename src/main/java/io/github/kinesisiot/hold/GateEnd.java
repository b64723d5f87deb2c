package io.github.kinesisiot.hold;

import io.github.kinesisiot.iot.PublishRefusedException;
import org.apache.camel.Exchange;

/** What the end of an exchange says to the hold. */
final class GateEnd {

    private GateEnd() {}

    static void tell(Hold hold, Hold.Waiting record, Exchange ended) {
        Throwable failure = ended.getException();
        Throwable counted = ended.getProperty(Refusal.COUNTED, Throwable.class);
        if (counted == null && Refusal.notAuthorized(failure)) {
            // Left to the source, which tries it again: no dead letter has asked for it.
            hold.refused(failure.getMessage());
        }
        hold.ended(record, end(ended, counted));
    }

    private static Hold.End end(Exchange ended, Throwable counted) {
        if (counted instanceof PublishRefusedException) {
            return Hold.End.OWN_FAULT;
        }
        boolean well = counted == null && ended.getException() == null && !ended.isRollbackOnly();
        return well ? Hold.End.WELL : Hold.End.BADLY;
    }
}
