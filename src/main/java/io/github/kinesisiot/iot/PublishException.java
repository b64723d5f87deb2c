package io.github.kinesisiot.iot;

import io.github.kinesisiot.ReasonCoded;

/** A publish that was not acknowledged with success. The subclass says whether the same message can ever succeed. */
public abstract sealed class PublishException extends RuntimeException implements ReasonCoded
        permits PublishRefusedException, PublishFailedException {

    private final String reasonCode;

    PublishException(String reasonCode, String message, Throwable cause) {
        super(message, cause);
        this.reasonCode = reasonCode;
    }

    @Override
    public final String reasonCode() {
        return reasonCode;
    }
}
