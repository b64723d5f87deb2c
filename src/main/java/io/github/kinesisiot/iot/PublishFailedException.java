package io.github.kinesisiot.iot;

/** The publish failed for a reason that lies outside the message: no connection, no PUBACK in time, a quota, a policy. It may be tried again. */
public final class PublishFailedException extends PublishException {

    PublishFailedException(String reasonCode, String message, Throwable cause) {
        super(reasonCode, message, cause);
    }
}
