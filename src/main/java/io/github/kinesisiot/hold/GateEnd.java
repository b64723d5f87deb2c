package io.github.kinesisiot.hold;

import org.apache.camel.Exchange;

/** What the end of an exchange says to the hold. */
final class GateEnd {

    private GateEnd() {}

    static void tell(Hold hold, Hold.Waiting record, Exchange ended) {
        Throwable failure = ended.getException();
        boolean counted = ended.getProperty(Refusal.COUNTED) != null;
        if (!counted && Refusal.notAuthorized(failure)) {
            // Left to the source, which tries it again: no dead letter has asked for it.
            hold.refused(failure.getMessage());
        }
        hold.ended(record, failure == null && !counted && !ended.isRollbackOnly() ? Hold.End.WELL : Hold.End.BADLY);
    }
}
