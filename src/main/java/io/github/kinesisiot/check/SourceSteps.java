package io.github.kinesisiot.check;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.credentials.StsTrouble;
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

/** The stream and the lease table of the source account. Reads no record, takes no lease, writes nothing. */
final class SourceSteps {

    private static final String LEASE_KEY = "leaseKey";

    private final Settings settings;
    private final Names names;
    private final AwsClients aws;
    private final IdentitySteps identity;

    SourceSteps(Settings settings, Names names, AwsClients aws, IdentitySteps identity) {
        this.settings = settings;
        this.names = names;
        this.aws = aws;
        this.identity = identity;
    }

    Finding stream() {
        if (fanOut() && names.foreignStream()) {
            return Finding.failed(fanOutAbroad());
        }
        try {
            return described(summary());
        } catch (SdkException e) {
            // A bridge that polls reads without this permission: a policy that has the others only is no fault.
            return !fanOut() && denied(e) ? listed(e) : Finding.failed(streamFault(e));
        }
    }

    private boolean fanOut() {
        return settings.get(Key.KINESIS_RETRIEVAL).orElse("").equals("fan-out");
    }

    private Fault fanOutAbroad() {
        return Fault.of(
                "FAN_OUT_ABROAD",
                "kinesis.retrieval is fan-out, which registers a consumer at the stream of this name in the bridge's own account; but the stream "
                        + names.stream() + " is in the " + names.streamOwner() + ", and the bridge in the "
                        + names.source(),
                Account.HERE,
                Fix.here(
                        "Set kinesis.retrieval (KINESIS_RETRIEVAL) to polling, or run the bridge in the account that has the stream."));
    }

    private StreamDescriptionSummary summary() {
        return aws.kinesis
                .describeStreamSummary(request -> names.givenStreamArn()
                        .ifPresentOrElse(
                                arn -> request.streamARN(arn.toString()), () -> request.streamName(names.stream())))
                .streamDescriptionSummary();
    }

    private Finding described(StreamDescriptionSummary summary) {
        if (summary.streamStatus() != StreamStatus.ACTIVE && summary.streamStatus() != StreamStatus.UPDATING) {
            return Finding.failed(Fault.of(
                    "STREAM_" + summary.streamStatusAsString(),
                    "the stream " + names.stream() + " is " + summary.streamStatusAsString() + ", not ACTIVE",
                    names.streamOwner(),
                    Fix.in(names.streamOwner(), "Wait for it, or create it again.")));
        }
        listShards();
        List<String> found = new ArrayList<>();
        if (fanOut()) {
            found.add(consumer(summary.streamARN()));
        }
        List<String> warnings = new ArrayList<>();
        boolean encrypted = summary.encryptionType() == EncryptionType.KMS;
        if (encrypted && !String.valueOf(summary.keyId()).endsWith("alias/aws/kinesis")) {
            warnings.add("the stream is encrypted by a key of your own: " + names.bridge() + " needs kms:Decrypt on "
                    + summary.keyId() + ". That is not tried here, because no record is read");
        }
        int open = summary.openShardCount();
        found.addAll(
                0,
                List.of(
                        summary.streamStatusAsString(),
                        open + (open == 1 ? " open shard" : " open shards"),
                        encrypted ? "encrypted by " + summary.keyId() : "not encrypted"));
        found.add("asked at " + aws.host("kinesis"));
        return Finding.ok(found, warnings);
    }

    /** The consumer of enhanced fan-out: it may be missing, but not be forbidden to look at. */
    private String consumer(String streamArn) {
        try {
            return "consumer " + names.application() + ", "
                    + aws.kinesis
                            .describeStreamConsumer(
                                    request -> request.streamARN(streamArn).consumerName(names.application()))
                            .consumerDescription()
                            .consumerStatusAsString();
        } catch (SdkException e) {
            if (errorCode(e).equals("ResourceNotFoundException")) {
                return "no consumer " + names.application()
                        + " yet: the first start registers it, with kinesis:RegisterStreamConsumer on " + streamArn;
            }
            throw e;
        }
    }

    private Finding listed(SdkException denied) {
        try {
            listShards();
            return Finding.ok(
                    List.of("its shards can be listed", "asked at " + aws.host("kinesis")),
                    List.of(
                            "whether it is active and encrypted was not looked at, for lack of kinesis:DescribeStreamSummary: "
                                    + Words.firstLine(denied.getMessage())));
        } catch (SdkException e) {
            return Finding.failed(streamFault(e));
        }
    }

    /** What the bridge begins with. */
    private void listShards() {
        aws.kinesis.listShards(request -> {
            names.givenStreamArn()
                    .ifPresentOrElse(
                            arn -> request.streamARN(arn.toString()), () -> request.streamName(names.stream()));
            request.maxResults(1);
        });
    }

    private static boolean denied(SdkException e) {
        return errorCode(e).startsWith("AccessDenied");
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
                new Fault("ACCESS_DENIED", "Kinesis refused to describe the stream: " + said, owner, allowReading());
            default -> serviceFault("kinesis", "AWS_ENDPOINT_URL_KINESIS", e);
        };
    }

    /** A stream of another account has to allow the bridge as well: no policy of one account is enough. */
    private List<Fix> allowReading() {
        List<Statement> statements = new ArrayList<>(List.of(names.readTheStream()));
        if (fanOut()) {
            statements.addAll(List.of(names.fanOut()));
        }
        List<Fix> fixes = new ArrayList<>();
        fixes.add(Fix.in(
                names.source(),
                "A policy of " + names.bridge() + " needs this:",
                statements.toArray(Statement[]::new)));
        if (names.foreignStream()) {
            fixes.add(Fix.in(
                    names.streamOwner(),
                    "The stream's own policy (aws kinesis put-resource-policy --resource-arn " + names.streamArn()
                            + ") needs this as well:",
                    names.letTheBridgeRead()));
            names.truePrincipal().ifPresent(fixes::add);
        }
        return fixes;
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
                    "CLOCK_SKEW" -> Fault.of(trouble.name(), said, names.source(), identity.fix(trouble));
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
