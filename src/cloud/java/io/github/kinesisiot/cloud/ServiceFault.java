package io.github.kinesisiot.cloud;

import java.util.Set;

/**
 * What a service can be told to do instead of answering: to all requests, to some operations ({@link ServiceFront#fault}), or to the
 * reads of one shard ({@link ServiceFront#faultOnShard}). {@link ServiceFront#met()} tells how many requests have met it. A refusal has the
 * error code and the sentence of AWS, in the protocol of the request; its signature is looked at first, as AWS does.
 */
public enum ServiceFault {
    NONE,
    /** Takes requests and does not answer them until the fault is over; then the connection is closed. */
    HANG,
    /**
     * Closes the connection of each request without an answer. Of a fault that some requests do not meet only the stream of the request, over
     * HTTP/2: the others on its connection go on.
     */
    RESET,
    /** Answers after three seconds. */
    SLOW,
    /** HTTP 200 and a page of HTML, as of a proxy that asks for a password. */
    GARBAGE,
    /**
     * HTTP 400. Kinesis: ProvisionedThroughputExceededException for what is counted by the shard (GetRecords, GetShardIterator, PutRecord,
     * PutRecords), LimitExceededException for all else. DynamoDB: ProvisionedThroughputExceededException for items, ThrottlingException for
     * tables. S3: HTTP 503, SlowDown.
     */
    THROTTLE,
    /** HTTP 400, ThrottlingException, for items of a DynamoDB table that is paid for by the request, as the lease table is. */
    THROTTLE_ON_DEMAND(
            "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Scan", "Query", "BatchGetItem", "BatchWriteItem"),
    /**
     * HTTP 400, AccessDeniedException: who may not do what to which resource, for lack of a policy. S3: HTTP 403, AccessDenied. What
     * a missing permission looks like while the bridge runs.
     */
    ACCESS_DENIED,
    /** HTTP 500, InternalFailure; DynamoDB: InternalServerError. */
    INTERNAL_FAILURE,
    /** HTTP 400, ExpiredIteratorException, for GetRecords; everything else is answered. */
    EXPIRED_ITERATOR("GetRecords"),
    /** HTTP 400, KMSAccessDeniedException: the stream is encrypted and kms:Decrypt is missing. For what reads or writes records. */
    KMS_ACCESS_DENIED("GetRecords", "SubscribeToShard", "PutRecord", "PutRecords"),
    /** HTTP 400, KMSThrottlingException. For what reads or writes records. */
    KMS_THROTTLING("GetRecords", "SubscribeToShard", "PutRecord", "PutRecords"),
    /** HTTP 400, KMSDisabledException: somebody has disabled the stream's key. For what reads or writes records. */
    KMS_DISABLED("GetRecords", "SubscribeToShard", "PutRecord", "PutRecords");

    private final Set<String> operations;

    ServiceFault(String... operations) {
        this.operations = Set.of(operations);
    }

    /** The only ones that AWS answers so; empty where any may be. */
    Set<String> operations() {
        return operations;
    }
}
