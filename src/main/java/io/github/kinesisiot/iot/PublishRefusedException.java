package io.github.kinesisiot.iot;

/** This message can never be published as it is: too large, an impossible topic, a payload the broker finds malformed. */
public final class PublishRefusedException extends PublishException {

    /** A step of a route may throw it too, for a record that can never be published: it goes to the dead letter. */
    public PublishRefusedException(String reasonCode, String message) {
        super(reasonCode, message, null);
    }
}
