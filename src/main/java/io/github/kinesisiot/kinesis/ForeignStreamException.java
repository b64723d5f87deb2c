package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.ReasonCoded;

/** Enhanced fan-out and the stream of another account do not go together. */
final class ForeignStreamException extends Exception implements ReasonCoded {

    private static final long serialVersionUID = 1;

    ForeignStreamException(String message) {
        super(message);
    }

    @Override
    public String reasonCode() {
        return "FAN_OUT_ABROAD";
    }
}
