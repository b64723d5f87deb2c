package io.github.kinesisiot.cloud;

/** What STS can be told to do instead of answering. */
public enum StsFault {
    NONE,
    /** Accepts the request and does not answer it until the fault is over; then the connection is closed. */
    HANG,
    /** HTTP 400, Throttling: Rate exceeded. */
    THROTTLE,
    /** HTTP 403, AccessDenied, as when the trust policy was taken away. */
    ACCESS_DENIED,
    /** HTTP 500, InternalFailure. */
    INTERNAL_FAILURE
}
