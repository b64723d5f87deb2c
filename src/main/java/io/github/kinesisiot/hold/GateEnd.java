package io.github.kinesisiot.hold;

import io.github.kinesisiot.iot.PublishRefusedException;
import org.apache.camel.Exchange;

/** What the end of an exchange says to the hold. */
final class GateEnd {

    private GateEnd() {}

    static void tell(Hold hold, Hold.Waiting record, Exchange ended) {
        Throwable failure = ended.getException();
        Throwable refusal = ended.getProperty(Refusal.COUNTED, Throwable.class);
        if (refusal == null && Refusal.notAuthorized(failure)) {
            // Left to the source, which tries it again: no dead letter has asked for it.
            hold.refused(record.key(), failure.getMessage());
            refusal = failure;
        }
        hold.ended(record, end(ended, refusal));
    }

    private static Hold.End end(Exchange ended, Throwable refusal) {
        if (refusal != null) {
            return refusal instanceof PublishRefusedException ? Hold.End.OWN_FAULT : Hold.End.REFUSED;
        }
        return ended.getException() == null && !ended.isRollbackOnly() ? Hold.End.WELL : Hold.End.FAILED;
    }
}
