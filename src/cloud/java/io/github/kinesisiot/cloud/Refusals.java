package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** AWS's error codes and sentences: for the same refusal the same words, whether a rule or a fault is the reason. */
final class Refusals {
    private static final Set<String> BY_SHARD = Set.of("GetRecords", "GetShardIterator", "PutRecord", "PutRecords");
    private static final String KEY = "key/11111111-2222-3333-4444-555555555555";
    private static final DateTimeFormatter ITERATOR_TIME = DateTimeFormatter.ofPattern(
                    "EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.US)
            .withZone(ZoneOffset.UTC);

    private Refusals() {}

    /** @param place the shard it is about, where that is known */
    static RefusedException of(
            ServiceFault fault, FrontCall call, Identity signer, Optional<ShardPlace> place, Instant now) {
        String stream = call.stream().isEmpty() ? place.map(ShardPlace::stream).orElse("") : call.stream();
        return switch (fault) {
            case THROTTLE -> throttled(call, place);
            case THROTTLE_ON_DEMAND ->
                refused(
                        "ThrottlingException",
                        "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your"
                                + " table or index so please try again shortly. If exceptions persist, check if you have a hot key:"
                                + " https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html");
            case ACCESS_DENIED -> denied(call, signer, stream);
            case INTERNAL_FAILURE -> internal(call.service());
            case EXPIRED_ITERATOR -> expiredIterator(now.minus(Duration.ofMinutes(6)), now, Duration.ofMinutes(5));
            case KMS_ACCESS_DENIED ->
                refused(
                        "KMSAccessDeniedException",
                        "User " + signer.accountId() + ":" + lastPart(signer.arn()) + " is not authorized to "
                                + (FaultSwitch.READS.contains(call.operation()) ? "decrypt" : "encrypt")
                                + " records in stream " + call.account() + ":" + stream);
            case KMS_THROTTLING -> refused("KMSThrottlingException", "Rate exceeded");
            case KMS_DISABLED -> refused("KMSDisabledException", arn("kms", call, KEY) + " is disabled.");
            case NONE, HANG, RESET, SLOW, GARBAGE -> throw new IllegalArgumentException(fault + " is no refusal");
        };
    }

    static RefusedException refused(String code, String message) {
        return new RefusedException(400, code, message);
    }

    static RefusedException throttled(FrontCall call, Optional<ShardPlace> place) {
        return switch (call.service()) {
            case KINESIS -> kinesisThrottled(call, place);
            case DYNAMODB ->
                ServiceFault.THROTTLE_ON_DEMAND.operations().contains(call.operation())
                        ? refused(
                                "ProvisionedThroughputExceededException",
                                "The level of configured provisioned throughput for the table was exceeded. Consider increasing"
                                        + " your provisioning level with the UpdateTable API.")
                        : refused("ThrottlingException", "Rate exceeded");
            case SQS -> refused("RequestThrottled", "The request was denied due to request throttling.");
            case S3 -> new RefusedException(503, "SlowDown", "Please reduce your request rate.");
        };
    }

    private static RefusedException kinesisThrottled(FrontCall call, Optional<ShardPlace> place) {
        if (BY_SHARD.contains(call.operation())) {
            // A put names no shard; which one it meets is decided by its key.
            ShardPlace shard = place.orElse(new ShardPlace(call.stream(), "shardId-000000000000"));
            return refused(
                    "ProvisionedThroughputExceededException",
                    "Rate exceeded for shard " + shard.shard() + " in stream " + shard.stream() + " under account "
                            + call.account() + ".");
        }
        return refused(
                "LimitExceededException",
                call.stream().isEmpty()
                        ? "Rate exceeded for account " + call.account() + "."
                        : "Rate exceeded for stream " + call.stream() + " under account " + call.account() + ".");
    }

    private static RefusedException denied(FrontCall call, Identity signer, String stream) {
        AwsService service = call.service();
        String action = service.id() + ":" + action(call);
        String sentence = "User: " + signer.arn() + " is not authorized to perform: " + action + " on resource: "
                + resource(call, stream) + " because no identity-based policy allows the " + action + " action";
        return service == AwsService.S3
                ? new RefusedException(403, "AccessDenied", sentence)
                : refused("AccessDeniedException", sentence);
    }

    private static String action(FrontCall call) {
        return switch (call.service()) {
            case S3 ->
                switch (call.operation().split(" ")[0]) {
                    case "PUT" -> "PutObject";
                    case "DELETE" -> "DeleteObject";
                    default -> "GetObject";
                };
            case SQS -> call.operation().toLowerCase(Locale.ROOT);
            case KINESIS, DYNAMODB -> call.operation();
        };
    }

    private static String resource(FrontCall call, String stream) {
        return switch (call.service()) {
            case KINESIS -> {
                String consumer = call.text("ConsumerARN");
                yield consumer.isEmpty()
                        ? arn("kinesis", call, "stream/" + (stream.isEmpty() ? "*" : stream))
                        : consumer;
            }
            case DYNAMODB -> arn("dynamodb", call, "table/" + (call.table().isEmpty() ? "*" : call.table()));
            case SQS -> arn("sqs", call, lastPart(call.text("QueueUrl")));
            case S3 -> "\"arn:aws:s3:::" + call.operation().replaceFirst("^[A-Z]+ /", "") + "\"";
        };
    }

    private static RefusedException internal(AwsService service) {
        return switch (service) {
            case KINESIS, SQS -> new RefusedException(500, "InternalFailure", "Internal service failure.");
            case DYNAMODB ->
                new RefusedException(
                        500,
                        "InternalServerError",
                        "The request processing has failed because of an unknown error, exception or failure.");
            case S3 ->
                new RefusedException(500, "InternalError", "We encountered an internal error. Please try again.");
        };
    }

    static RefusedException expiredIterator(Instant made, Instant now, Duration lifetime) {
        return refused(
                "ExpiredIteratorException",
                "Iterator expired. The iterator was created at time " + ITERATOR_TIME.format(made)
                        + " while right now it is " + ITERATOR_TIME.format(now)
                        + " which is further in the future than the tolerated delay of " + lifetime.toMillis()
                        + " milliseconds.");
    }

    static RefusedException invalidIterator() {
        return refused("InvalidArgumentException", "Invalid ShardIterator.");
    }

    static RefusedException noSuchStream(FrontCall call) {
        return refused(
                "ResourceNotFoundException",
                "Stream " + call.stream() + " under account " + call.account() + " not found.");
    }

    static RefusedException noSuchShard(FrontCall call, ShardPlace place) {
        return refused(
                "ResourceNotFoundException",
                "Shard " + place.shard() + " in stream " + place.stream() + " under account " + call.account()
                        + " does not exist");
    }

    /** @param why what follows "is invalid" */
    static RefusedException sequenceNumber(String number, FrontCall call, ShardPlace place, String why) {
        return refused(
                "InvalidArgumentException",
                "StartingSequenceNumber " + number + " used in " + call.operation() + " on shard " + place.shard()
                        + " in stream " + place.stream() + " under account " + call.account() + " is invalid" + why);
    }

    /** For items: DynamoDB does not say of which table. */
    static RefusedException noSuchTable() {
        return refused("ResourceNotFoundException", "Requested resource not found");
    }

    /** @param change being created, being deleted */
    static RefusedException tableInUse(String table, String change) {
        return refused(
                "ResourceInUseException",
                "Attempt to change a resource which is still in use: Table is being " + change + ": " + table);
    }

    static RefusedException tableExists(String table) {
        return refused("ResourceInUseException", "Table already exists: " + table);
    }

    private static String arn(String service, FrontCall call, String resource) {
        return "arn:aws:" + service + ":" + call.region() + ":" + call.account() + ":" + resource;
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
