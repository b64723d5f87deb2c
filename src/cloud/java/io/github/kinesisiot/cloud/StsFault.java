package io.github.kinesisiot.cloud;

/** What STS can be told to do instead of answering. */
public enum StsFault {
    NONE,
    /** Accepts the request and does not answer it until the fault is over; then the connection is closed. */
    HANG,
    /** Closes the connection of each request without an answer. */
    RESET,
    /** Answers after three seconds. */
    SLOW,
    /** HTTP 200 and a page of HTML, as of a proxy that asks for a password. */
    GARBAGE,
    /** HTTP 400, Throttling: Rate exceeded. */
    THROTTLE,
    /** HTTP 403, AccessDenied, as when the trust policy was taken away. */
    ACCESS_DENIED,
    /** HTTP 500, InternalFailure. */
    INTERNAL_FAILURE
}
