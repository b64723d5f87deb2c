package io.github.kinesisiot.iot;

/** This message can never be published as it is: too large, an impossible topic, a payload the broker finds malformed. */
public final class PublishRefusedException extends PublishException {

    PublishRefusedException(String reasonCode, String message) {
        super(reasonCode, message, null);
    }
}
