package io.github.kinesisiot.check;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.credentials.StsTrouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The steps in the source account. Reads no record, takes no lease, writes nothing. */
final class SourceSteps {

    /** Credentials with which no other call can succeed either. */
    static final List<String> NO_CREDENTIALS =
            List.of("SOURCE_CREDENTIALS_EXPIRED", "SOURCE_CREDENTIALS_INVALID", "SOURCE_CREDENTIALS_MISSING");

    /** Failures to reach STS, which the role needs as well. */
    static final List<String> NO_ROLE_EITHER = List.of(
            "SOURCE_CREDENTIALS_EXPIRED",
            "SOURCE_CREDENTIALS_INVALID",
            "SOURCE_CREDENTIALS_MISSING",
            "UNREACHABLE",
            "NO_ANSWER",
            "TIMEOUT");

    /** AWS accepts five minutes; a session's end is read off the same clock. */
    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(2);

    private static final String LEASE_KEY = "leaseKey";

    private final Settings settings;
    private final Names names;
    private final AwsClients aws;

    SourceSteps(Settings settings, Names names, AwsClients aws) {
        this.settings = settings;
        this.names = names;
        this.aws = aws;
    }

    /** Asks STS who the bridge is. Its answer, a refusal too, tells the time for {@link #clock()}. */
    Finding identity() {
        try {
            var caller = aws.sts.getCallerIdentity();
            names.identity(caller.arn());
            return Finding.ok(caller.arn(), "account " + caller.account());
        } catch (SdkException e) {
            StsTrouble trouble = StsTrouble.of(e);
            if (trouble == StsTrouble.ACCESS_DENIED) {
                // IAM cannot forbid this call; the policy of a VPC endpoint for STS can, and may allow AssumeRole.
                return Finding.ok(
                        List.of(),
                        List.of("sts:GetCallerIdentity is refused, so the account is not known: "
                                + Words.firstLine(e.getMessage())));
            }
            return Finding.failed(new Fault(
                    trouble.name(),
                    trouble == StsTrouble.SOURCE_CREDENTIALS_MISSING
                            ? CredentialChain.sentence(e.getMessage())
                            : Words.firstLine(trouble.sentence(settings.role().arn(), e)),
                    NO_CREDENTIALS.contains(trouble.name()) ? names.source() : Account.HERE,
                    List.of(stsFix(trouble))));
        }
    }

    private Fix stsFix(StsTrouble trouble) {
        return switch (trouble.name()) {
            case "SOURCE_CREDENTIALS_EXPIRED" ->
                Fix.in(
                        names.source(),
                        "Give the bridge new credentials; better, the role of its task, pod or instance.");
            case "SOURCE_CREDENTIALS_INVALID" ->
                Fix.in(
                        names.source(),
                        "Check that the access key exists, is active and belongs to the secret key and the session token beside it.");
            case "SOURCE_CREDENTIALS_MISSING" ->
                Fix.here(
                        "Give the bridge a role of its task, pod or instance, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
            case "CLOCK_SKEW" -> Fix.here("Set the clock of this machine.");
            default ->
                Fix.here("Check the way to " + aws.host("sts")
                        + ": DNS, firewalls, a proxy, the security group of a VPC endpoint, AWS_ENDPOINT_URL_STS.");
        };
    }

    /** Whether anything has answered that tells the time. */
    boolean timeIsKnown() {
        return aws.clockDifference().isPresent();
    }

    Finding clock() {
        Duration measured = aws.clockDifference().orElseThrow();
        long seconds = measured.toSeconds();
        String difference = Math.abs(seconds) <= 1
                ? "less than 2 s off"
                : Math.abs(seconds) + " s " + (seconds > 0 ? "behind AWS" : "ahead of AWS");
        if (measured.abs().compareTo(TOLERATED_SKEW) <= 0) {
            return Finding.ok(difference);
        }
        return Finding.failed(Fault.of(
                "CLOCK_SKEW",
                "the clock of this machine is " + difference + ": AWS refuses signatures that are five minutes off",
                Account.HERE,
                Fix.here("Set the clock of this machine (NTP).")));
    }

    Finding stream() {
        Optional<String> arn = names.givenStreamArn().map(Object::toString);
        try {
            int shards = aws.kinesis
                    .listShards(request -> {
                        arn.ifPresentOrElse(request::streamARN, () -> request.streamName(names.stream()));
                        request.maxResults(1000);
                    })
                    .shards()
                    .size();
            StreamDescriptionSummary summary = aws.kinesis
                    .describeStreamSummary(request ->
                            arn.ifPresentOrElse(request::streamARN, () -> request.streamName(names.stream())))
                    .streamDescriptionSummary();
            return described(summary, shards);
        } catch (SdkException e) {
            return Finding.failed(streamFault(e));
        }
    }

    private Finding described(StreamDescriptionSummary summary, int listed) {
        if (summary.streamStatus() != StreamStatus.ACTIVE && summary.streamStatus() != StreamStatus.UPDATING) {
            return Finding.failed(Fault.of(
                    "STREAM_" + summary.streamStatusAsString(),
                    "the stream " + names.stream() + " is " + summary.streamStatusAsString() + ", not ACTIVE",
                    names.streamOwner(),
                    Fix.in(names.streamOwner(), "Wait for it, or create it again.")));
        }
        Integer open = summary.openShardCount();
        List<String> found = new ArrayList<>(List.of(
                summary.streamStatusAsString(),
                open == null ? listed + " shards" : open + (open == 1 ? " open shard" : " open shards"),
                summary.encryptionType() == EncryptionType.KMS ? "encrypted by " + summary.keyId() : "not encrypted",
                "asked at " + aws.host("kinesis")));
        List<String> warnings = new ArrayList<>();
        if (summary.encryptionType() == EncryptionType.KMS
                && !String.valueOf(summary.keyId()).endsWith("alias/aws/kinesis")) {
            warnings.add("the stream is encrypted by a key of your own: " + names.bridge() + " needs kms:Decrypt on "
                    + summary.keyId() + ". That is not tried here, because no record is read");
        }
        return Finding.ok(found, warnings);
    }

    private Fault streamFault(SdkException e) {
        String said = Words.firstLine(e.getMessage());
        Account owner = names.streamOwner();
        return switch (errorCode(e)) {
            case "ResourceNotFoundException" ->
                Fault.of(
                        "STREAM_NOT_FOUND",
                        "there is no stream " + names.stream() + " in region " + names.region() + " of the " + owner
                                + " (asked at " + aws.host("kinesis") + ")",
                        owner,
                        Fix.here(
                                "Correct kinesis.stream (KINESIS_STREAM) or kinesis.region (KINESIS_REGION, else the ARN's, else AWS_REGION): the region asked was "
                                        + names.region() + "."),
                        Fix.in(
                                owner,
                                "Or create the stream, or run the bridge with credentials of the account that has it."));
            case "AccessDeniedException", "AccessDenied" ->
                Fault.of(
                        "ACCESS_DENIED",
                        "Kinesis refused to describe the stream: " + said,
                        owner,
                        Fix.in(owner, "A policy of " + names.bridge() + " needs this:", names.readTheStream()));
            default -> serviceFault("kinesis", "AWS_ENDPOINT_URL_KINESIS", e);
        };
    }

    Finding leaseTable() {
        try {
            TableDescription table = aws.dynamoDb
                    .describeTable(request -> request.tableName(names.application()))
                    .table();
            return described(table);
        } catch (SdkException e) {
            return switch (errorCode(e)) {
                case "ResourceNotFoundException" ->
                    Finding.ok(
                            "there is no table " + names.application()
                                    + " yet: the first start creates it, with dynamodb:CreateTable on "
                                    + names.tableArn(),
                            "asked at " + aws.host("dynamodb"));
                case "AccessDeniedException", "AccessDenied" ->
                    Finding.failed(Fault.of(
                            "ACCESS_DENIED",
                            "DynamoDB refused to describe the lease table: " + Words.firstLine(e.getMessage()),
                            names.source(),
                            Fix.in(
                                    names.source(),
                                    "A policy of " + names.bridge() + " needs this:",
                                    names.keepLeasesAndCheckpoints())));
                default -> Finding.failed(serviceFault("dynamodb", "AWS_ENDPOINT_URL_DYNAMODB", e));
            };
        }
    }

    private Finding described(TableDescription table) {
        boolean ofKcl = table.keySchema().size() == 1
                && table.keySchema().get(0).keyType() == KeyType.HASH
                && table.keySchema().get(0).attributeName().equals(LEASE_KEY)
                && table.attributeDefinitions().stream()
                        .anyMatch(attribute -> attribute.attributeName().equals(LEASE_KEY)
                                && attribute.attributeType() == ScalarAttributeType.S);
        if (!ofKcl) {
            return Finding.failed(Fault.of(
                    "NO_LEASE_TABLE",
                    "the table " + names.application() + " is not a lease table: its key is not the string "
                            + LEASE_KEY,
                    names.source(),
                    Fix.here("Set kinesis.application (KINESIS_APPLICATION) to a name that no other table has.")));
        }
        if (table.tableStatus() != TableStatus.ACTIVE
                && table.tableStatus() != TableStatus.UPDATING
                && table.tableStatus() != TableStatus.CREATING) {
            return Finding.failed(Fault.of(
                    "TABLE_" + table.tableStatusAsString(),
                    "the lease table " + names.application() + " is " + table.tableStatusAsString() + ", not ACTIVE",
                    names.source(),
                    Fix.in(names.source(), "Wait for it, or give DynamoDB its encryption key back.")));
        }
        return Finding.ok(
                "table " + names.application() + ", " + table.tableStatusAsString(),
                "asked at " + aws.host("dynamodb"));
    }

    private Fault serviceFault(String service, String variable, SdkException e) {
        StsTrouble trouble = StsTrouble.of(e);
        String said = Sentences.chain(e);
        if (e instanceof AwsServiceException refusal && refusal.isThrottlingException()) {
            trouble = StsTrouble.THROTTLED;
        }
        return switch (trouble.name()) {
            case "SOURCE_CREDENTIALS_EXPIRED",
                    "SOURCE_CREDENTIALS_INVALID",
                    "SOURCE_CREDENTIALS_MISSING",
                    "CLOCK_SKEW" -> Fault.of(trouble.name(), said, names.source(), stsFix(trouble));
            case "THROTTLED", "SERVER_ERROR" ->
                Fault.of(trouble.name(), said, names.source(), Fix.here("Try again; the running bridge waits it out."));
            case "UNREACHABLE", "NO_ANSWER" ->
                Fault.of(
                        "UNREACHABLE",
                        service + " cannot be reached at " + aws.host(service) + ", or did not answer in time: " + said,
                        Account.HERE,
                        Fix.here("Check the way there: DNS, firewalls, a proxy, the security group of a VPC endpoint, "
                                + variable + ", and that "
                                + settings.get(Key.KINESIS_REGION).orElse("") + " is the right region."));
            default -> Fault.of("UNEXPECTED", said, names.source());
        };
    }

    private static String errorCode(SdkException e) {
        return e instanceof AwsServiceException refusal
                ? Optional.ofNullable(refusal.awsErrorDetails())
                        .map(AwsErrorDetails::errorCode)
                        .orElse("")
                : "";
    }
}
