package io.github.kinesisiot.cloud;

/** What Kinesis or DynamoDB can be told to do instead of answering. */
public enum ServiceFault {
    NONE,
    /** Takes requests and does not answer them until the fault is over; then the connection is closed. */
    HANG,
    /** Closes the connection of each request without an answer. */
    RESET,
    /** Answers after three seconds. */
    SLOW,
    /** HTTP 200 and a page of HTML, as of a proxy that asks for a password. */
    GARBAGE,
    /** HTTP 400, ProvisionedThroughputExceededException. */
    THROTTLE,
    /** HTTP 400, AccessDeniedException. */
    ACCESS_DENIED,
    /** HTTP 500, InternalFailure. */
    INTERNAL_FAILURE,
    /** HTTP 400, ExpiredIteratorException, for GetRecords; everything else is answered. */
    EXPIRED_ITERATOR,
    /** HTTP 400, AccessDeniedException, for DescribeStreamSummary; everything else is answered. */
    SUMMARY_DENIED
}
