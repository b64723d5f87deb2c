package io.github.kinesisiot.iot;

/** The publish failed for a reason that lies outside the message: no connection, no PUBACK in time, a quota, a policy. It may be tried again. */
public final class PublishFailedException extends PublishException {

    /** A step of a route may throw it too, for a fault that passes: the record is tried again. */
    public PublishFailedException(String reasonCode, String message, Throwable cause) {
        super(reasonCode, message, cause);
    }
}
