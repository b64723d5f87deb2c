package io.github.kinesisiot;

/** A record is over {@code max-attempts} or {@code max-record-age}, or not allowed while others are: it is not tried again. The cause is its last failure, if there was one. */
public final class RecordGivenUpException extends Exception implements ReasonCoded {

    private final String reasonCode;

    public RecordGivenUpException(String reasonCode, String message, Throwable lastFailure) {
        super(message, lastFailure);
        this.reasonCode = reasonCode;
    }

    @Override
    public String reasonCode() {
        return reasonCode;
    }
}
