package io.github.kinesisiot.kinesis;

/** What the source puts on an exchange beside Camel's own {@code CamelAwsKinesis…} headers. */
public final class RecordHeaders {

    /** Header, long: the number of the user record inside a KPL aggregate, 0 for a plain record. */
    public static final String SUB_SEQUENCE_NUMBER = "KinesisSubSequenceNumber";

    /** Header, int: 1 for the first try of this record by this container. */
    public static final String ATTEMPT = "KinesisAttempt";

    /** Exchange property, {@link java.time.Instant}: when this container tried the record for the first time. */
    public static final String FIRST_ATTEMPT_AT = "bridge.firstAttemptAt";

    /** Exchange property, {@link Throwable}: why the previous attempt failed; absent on the first. */
    public static final String LAST_FAILURE = "bridge.lastFailure";

    /** Exchange property, string: the topic of the previous attempt; absent if that did not come as far. */
    public static final String LAST_TOPIC = "bridge.lastTopic";

    /** Exchange property, {@link java.util.function.BooleanSupplier}: whether this container still holds the lease of the record. */
    public static final String WANTED = "bridge.wanted";

    private RecordHeaders() {}
}
