package io.github.kinesisiot;

/**
 * A record is over {@code max-attempts} or {@code max-record-age}, or not allowed while others are: it
 * is not tried again.
 *
 * <p>Its last failure is not its cause: Camel chooses the error handling by the innermost cause first, and would try the record again.
 */
public final class RecordGivenUpException extends Exception implements ReasonCoded {

    private final String reasonCode;
    private final transient Throwable lastFailure;

    public RecordGivenUpException(String reasonCode, String message, Throwable lastFailure) {
        super(message);
        this.reasonCode = reasonCode;
        this.lastFailure = lastFailure;
    }

    @Override
    public String reasonCode() {
        return reasonCode;
    }

    /** Null if it was never tried here. */
    public Throwable lastFailure() {
        return lastFailure;
    }
}
