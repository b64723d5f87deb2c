package io.github.kinesisiot;

/** What the source sets on each exchange beside Camel's own {@code CamelAwsKinesis…} headers. */
public final class RecordHeaders {

    /** Header, long: the place within a KPL aggregate, 0 for a plain record. */
    public static final String SUB_SEQUENCE_NUMBER = "KinesisSubSequenceNumber";

    /** Header, int: 1 for the first try. */
    public static final String ATTEMPT = "KinesisAttempt";

    /** Exchange property, Instant: when the record was first tried. */
    public static final String FIRST_ATTEMPT_AT = "bridge.firstAttemptAt";

    /** Exchange property, Throwable: why the previous attempt failed; absent on the first. */
    public static final String LAST_FAILURE = "bridge.lastFailure";

    private RecordHeaders() {}
}
