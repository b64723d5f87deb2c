package io.github.kinesisiot.hold;

import io.github.kinesisiot.RecordGivenUpException;
import io.github.kinesisiot.iot.PublishFailedException;

/** Which failures a run of refusals is made of. */
final class Refusal {

    static final String NOT_AUTHORIZED = "NOT_AUTHORIZED";
    static final String HELD = "HELD";

    /** Exchange property: this exchange's refusal, a {@link Throwable}, once the hold has been told of it. */
    static final String COUNTED = "bridge.refusalCounted";

    private Refusal() {}

    static boolean notAuthorized(Throwable failure) {
        return failure instanceof PublishFailedException failed
                && failed.reasonCode().equals(NOT_AUTHORIZED);
    }

    /**
     * Whether the dead letter is what somebody has set: an age, or a number of tries that a fault outside has used up. A number of tries used
     * up by refusals is one more refusal.
     */
    static boolean asSet(Throwable failure) {
        if (!(failure instanceof RecordGivenUpException givenUp)) {
            return false;
        }
        return switch (givenUp.reasonCode()) {
            case "MAX_RECORD_AGE" -> true;
            case "MAX_ATTEMPTS" ->
                givenUp.lastFailure() instanceof PublishFailedException last
                        && !last.reasonCode().equals(HELD)
                        && !notAuthorized(last);
            default -> false;
        };
    }
}
