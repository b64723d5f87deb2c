package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.CloudOptions.Part;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/**
 * What the fronts of Kinesis and DynamoDB refuse, and that they do it in the words of AWS, asked by AWS's own clients: in CBOR over HTTP/1.1 and
 * over HTTP/2, and in JSON. Whatever is refused here only because a clock says so is in {@code KinesisRulesTest}.
 */
class ServiceFrontIT {
    private static final String STREAM_ARN = "arn:aws:kinesis:eu-west-1:111111111111:stream/readings";
    private static final String ON_STREAM =
            " on resource: " + STREAM_ARN + " because no identity-based policy allows the ";
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static LocalCloud cloud;
    private static KinesisClient http1;
    private static KinesisAsyncClient http2;
    private static DynamoDbClient dynamoDb;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start(CloudOptions.defaults().only(Part.KINESIS, Part.DYNAMODB));
        http1 = http1(cloud.credentials().resolveCredentials(), Region.EU_WEST_1);
        http2 = http2(cloud.credentials().resolveCredentials());
        dynamoDb = DynamoDbClient.builder()
                .region(Region.EU_WEST_1)
                .endpointOverride(cloud.dynamoDbEndpoint())
                .credentialsProvider(cloud.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(once -> once.retryStrategy(tries -> tries.maxAttempts(1)))
                .build();
        IntStream.range(0, 20).forEach(i -> put("readings", "k" + i, "text"));
        createTable("places");
    }

    @AfterAll
    static void end() {
        dynamoDb.close();
        http1.close();
        http2.close();
        cloud.close();
    }

    @BeforeEach
    void noFaults() {
        cloud.kinesisFront().fault(ServiceFault.NONE);
        cloud.dynamoDbFront().fault(ServiceFault.NONE);
        cloud.kinesisRules().iteratorsLast(Duration.ofMinutes(5));
        // What these tests ask in one second is no bridge's doing; those about quotas turn them on.
        cloud.kinesisRules().quotasKept(false);
        cloud.dynamoDbRules().tablesTake(Duration.ZERO, Duration.ZERO);
    }

    // The bridge tells the user what AWS said: who may not do what with which resource.
    @Test
    void aDenialNamesCallerActionAndResource() {
        String iterator = iterator(FIRST);
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED);
        String user = "User: arn:aws:iam::111111111111:user/bridge is not authorized to perform: ";
        String read = user + "kinesis:GetRecords" + ON_STREAM + "kinesis:GetRecords action";
        assertRefused(() -> http1.getRecords(r -> r.shardIterator(iterator)), 400, "AccessDeniedException", read);
        assertRefused(() -> join(http2.getRecords(r -> r.shardIterator(iterator))), 400, "AccessDeniedException", read);
        assertRefused(
                () -> http1.listShards(r -> r.streamARN(STREAM_ARN)),
                400,
                "AccessDeniedException",
                user + "kinesis:ListShards" + ON_STREAM + "kinesis:ListShards action");
        cloud.dynamoDbFront().fault(ServiceFault.ACCESS_DENIED);
        assertRefused(
                () -> dynamoDb.scan(r -> r.tableName("places")),
                400,
                "AccessDeniedException",
                user + "dynamodb:Scan on resource: arn:aws:dynamodb:eu-west-1:111111111111:table/places because no"
                        + " identity-based policy allows the dynamodb:Scan action");
    }

    // A client that is told to use JSON reads the type and the sentence from the body alone.
    @Test
    void aRefusalIsInTheProtocolOfTheRequest() throws Exception {
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED);
        HttpResponse<String> answer = json("ListShards", "{\"StreamName\":\"readings\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.1");
        assertThat(answer.headers().firstValue("x-amzn-ErrorType")).hasValue("AccessDeniedException");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"__type\":\"AccessDeniedException\",\"message\":\"User: arn:aws:iam::111111111111:user/bridge is"
                                + " not authorized to perform: kinesis:ListShards" + ON_STREAM
                                + "kinesis:ListShards action\"}");
        cloud.kinesisFront().fault(ServiceFault.NONE);
        assertThat(json("ListShards", "{\"StreamName\":\"readings\"}").body()).contains(FIRST, SECOND);
        assertThat(json("ListShards", "{\"StreamName\":").body()).contains("SerializationException");
    }

    // A fault on everything is not what a policy with one statement too few looks like.
    @Test
    void oneOperationIsRefusedAndTheOthersAreNotAndWhatMetItIsCounted() {
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED, "GetShardIterator", "SplitShard");
        assertThat(http1.listShards(r -> r.streamName("readings")).shards()).hasSize(2);
        assertThat(cloud.kinesisFront().met()).isZero();
        assertRefused(() -> iterator(FIRST), 400, "AccessDeniedException", "kinesis:GetShardIterator");
        assertRefused(() -> iterator(SECOND), 400, "AccessDeniedException", "kinesis:GetShardIterator");
        assertThat(cloud.kinesisFront().met()).isEqualTo(2);
        cloud.kinesisFront().fault(ServiceFault.NONE);
        assertThat(iterator(FIRST)).isNotEmpty();
        assertThat(cloud.kinesisFront().met())
                .as("it can be asked for afterwards")
                .isEqualTo(2);
        assertThatThrownBy(() -> cloud.kinesisFront().fault(ServiceFault.KMS_DISABLED, "ListShards"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // Retries are by the type: one that AWS never gives to an operation is handled by nobody.
    @Test
    void eachOperationIsThrottledInItsOwnWay() {
        String iterator = iterator(SECOND);
        cloud.kinesisFront().fault(ServiceFault.THROTTLE);
        String shard = "Rate exceeded for shard shardId-000000000001 in stream readings under account 111111111111.";
        String stream = "Rate exceeded for stream readings under account 111111111111.";
        String limit = "LimitExceededException";
        String throughput = "ProvisionedThroughputExceededException";
        assertRefused(() -> http1.getRecords(r -> r.shardIterator(iterator)), 400, throughput, shard);
        assertRefused(() -> iterator(SECOND), 400, throughput, shard);
        assertRefused(() -> http1.listShards(r -> r.streamName("readings")), 400, limit, stream);
        assertRefused(() -> http1.describeStreamSummary(r -> r.streamName("readings")), 400, limit, stream);
        assertRefused(() -> http1.listStreams(), 400, limit, "Rate exceeded for account 111111111111.");
        cloud.dynamoDbFront().fault(ServiceFault.THROTTLE);
        assertRefused(
                () -> dynamoDb.scan(r -> r.tableName("places")),
                400,
                throughput,
                "The level of configured provisioned throughput for the table was exceeded.");
        assertRefused(
                () -> dynamoDb.describeTable(r -> r.tableName("places")), 400, "ThrottlingException", "Rate exceeded");
        cloud.dynamoDbFront().fault(ServiceFault.THROTTLE_ON_DEMAND);
        assertRefused(
                () -> dynamoDb.scan(r -> r.tableName("places")),
                400,
                "ThrottlingException",
                "Throughput exceeds the current capacity of your table or index.");
        assertThat(dynamoDb.describeTable(r -> r.tableName("places")).table()).isNotNull();
    }

    // A stream that is encrypted by a key of one's own has three more ways to be unreadable.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KMS_ACCESS_DENIED | KMSAccessDeniedException | User 111111111111:bridge is not authorized to decrypt records in stream 111111111111:readings",
                "KMS_THROTTLING | KMSThrottlingException | Rate exceeded",
                "KMS_DISABLED | KMSDisabledException | is disabled.",
                "EXPIRED_ITERATOR | ExpiredIteratorException | Iterator expired. The iterator was created at time",
                "INTERNAL_FAILURE | InternalFailure | Internal service failure."
            })
    void aReadIsRefusedAndTheRestIsAnswered(ServiceFault fault, String code, String sentence) {
        String iterator = iterator(FIRST);
        cloud.kinesisFront().fault(fault, "GetRecords");
        int status = fault == ServiceFault.INTERNAL_FAILURE ? 500 : 400;
        assertRefused(() -> http1.getRecords(r -> r.shardIterator(iterator)), status, code, sentence);
        assertRefused(() -> join(http2.getRecords(r -> r.shardIterator(iterator))), status, code, sentence);
        assertThat(iterator(FIRST)).isNotEmpty();
        assertThat(cloud.kinesisFront().met()).isEqualTo(2);
    }

    // One shard of many that cannot be read is what a look at the whole stream does not find.
    @Test
    void theFaultOfOneShardFollowsItsIterators() {
        String first = http1.getRecords(r -> r.shardIterator(iterator(FIRST))).nextShardIterator();
        String second = http1.getRecords(r -> r.shardIterator(iterator(SECOND))).nextShardIterator();
        cloud.kinesisFront().faultOnShard(ServiceFault.KMS_THROTTLING, SECOND);
        assertThat(http1.getRecords(r -> r.shardIterator(first)).nextShardIterator())
                .isNotEmpty();
        assertRefused(
                () -> http1.getRecords(r -> r.shardIterator(second)), 400, "KMSThrottlingException", "Rate exceeded");
        assertThat(iterator(SECOND)).isNotEmpty();
        assertThat(cloud.kinesisFront().met()).isEqualTo(1);
    }

    // A connection carries the reads of all shards: what happens to one of them must not happen to all.
    @ParameterizedTest
    @EnumSource(
            value = ServiceFault.class,
            names = {"HANG", "RESET", "GARBAGE"})
    void aReadWithoutAnAnswerLeavesTheOthersOnItsConnectionAlone(ServiceFault fault) {
        String first = iterator(FIRST);
        String second = iterator(SECOND);
        cloud.kinesisFront().faultOnShard(fault, SECOND);
        CompletableFuture<GetRecordsResponse> unanswered = http2.getRecords(r -> r.shardIterator(second));
        await().atMost(PATIENCE).until(() -> cloud.kinesisFront().met() == 1);
        assertThat(join(http2.getRecords(r -> r.shardIterator(first))).records())
                .isNotEmpty();
        cloud.kinesisFront().fault(ServiceFault.NONE);
        assertThatThrownBy(() -> join(unanswered)).isInstanceOf(SdkException.class);
    }

    @Test
    void aSlowReadIsAnsweredAfterThreeSeconds() {
        String iterator = iterator(FIRST);
        cloud.kinesisFront().fault(ServiceFault.SLOW, "GetRecords");
        long begin = System.nanoTime();
        assertThat(http1.getRecords(r -> r.shardIterator(iterator)).records()).isNotEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    // KCL reads over HTTP/2: a front that looks at HTTP/1.1 only lets every mistake of the bridge through.
    @Test
    void aWrongSignatureIsRefusedOverBothVersionsOfHttp() {
        AwsCredentials right = cloud.credentials().resolveCredentials();
        AwsCredentials wrong = AwsBasicCredentials.create(right.accessKeyId(), "not-the-secret");
        String mismatch = "The request signature we calculated does not match the signature you provided.";
        try (KinesisClient client = http1(wrong, Region.EU_WEST_1)) {
            assertRefused(client::listStreams, 400, "InvalidSignatureException", mismatch);
        }
        try (KinesisAsyncClient client = http2(wrong)) {
            assertRefused(() -> join(client.listStreams()), 400, "InvalidSignatureException", mismatch);
        }
        try (KinesisClient client = http1(AwsBasicCredentials.create("AKIAUNKNOWN", "secret"), Region.EU_WEST_1)) {
            assertRefused(
                    client::listStreams,
                    400,
                    "UnrecognizedClientException",
                    "The security token included in the request is invalid.");
        }
        try (KinesisClient client = http1(right, Region.US_EAST_1)) {
            assertRefused(
                    client::listStreams,
                    400,
                    "InvalidSignatureException",
                    "Credential should be scoped to a valid region, not 'us-east-1'.");
        }
        assertThat(join(http2.listStreams()).streamNames()).contains("readings");
    }

    // Streams are made again under their name; places of the old one must be refused and not be read as those of the
    // new one.
    @Test
    void aStreamMadeAgainIsAnotherStream() {
        cloud.createStream("again", 1);
        Instant made = created("again");
        String number = put("again", "key", "old");
        String iterator = iterator("again", FIRST);
        assertThat(after("again", FIRST, number)).isNotEmpty();
        cloud.deleteStream("again");
        String gone = "Stream again under account 111111111111 not found.";
        String noShard = "Shard shardId-000000000000 in stream again under account 111111111111 does not exist";
        String notFound = "ResourceNotFoundException";
        assertRefused(() -> http1.listShards(r -> r.streamName("again")), 400, notFound, gone);
        assertRefused(() -> http1.describeStreamSummary(r -> r.streamName("again")), 400, notFound, gone);
        assertRefused(() -> iterator("again", FIRST), 400, notFound, noShard);
        assertRefused(() -> http1.getRecords(r -> r.shardIterator(iterator)), 400, notFound, noShard);
        cloud.createStream("again", 1);
        assertThat(created("again")).isAfter(made);
        assertRefused(
                () -> after("again", FIRST, number),
                400,
                "InvalidArgumentException",
                "StartingSequenceNumber " + number + " used in GetShardIterator on shard " + FIRST
                        + " in stream again under account 111111111111 is invalid because it did not come from this stream.");
        assertRefused(() -> http1.getRecords(r -> r.shardIterator(iterator)), 400, notFound, noShard);
        String fresh = put("again", "key", "new");
        assertThat(http1.getRecords(r -> r.shardIterator(iterator("again", FIRST)))
                        .records())
                .extracting(record -> record.sequenceNumber())
                .containsExactly(fresh);
        cloud.deleteStream("again");
    }

    @Test
    void aSequenceNumberOfAnotherShardIsRefused() {
        String number = http1.getRecords(r -> r.shardIterator(iterator(SECOND)))
                .records()
                .get(0)
                .sequenceNumber();
        assertThat(after("readings", SECOND, number)).isNotEmpty();
        assertRefused(
                () -> after("readings", FIRST, number),
                400,
                "InvalidArgumentException",
                "Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a shard with"
                        + " shardId-000000000000");
    }

    @Test
    void anIteratorEnds() {
        String iterator = iterator(FIRST);
        assertThat(http1.getRecords(r -> r.shardIterator(iterator)).records()).isNotEmpty();
        cloud.kinesisRules().iteratorsLast(Duration.ofSeconds(1));
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e instanceof AssertionError)
                .untilAsserted(() -> assertRefused(
                        () -> http1.getRecords(r -> r.shardIterator(iterator)),
                        400,
                        "ExpiredIteratorException",
                        "which is further in the future than the tolerated delay of 1000 milliseconds."));
    }

    // HTTP 500 is tried again and again; this is the client's own mistake.
    @Test
    void anIteratorThatIsNoneIsTheClientsMistake() {
        for (String none : List.of("x", "AAAAAAAAAAE" + "A".repeat(200))) {
            assertRefused(
                    () -> http1.getRecords(r -> r.shardIterator(none)),
                    400,
                    "InvalidArgumentException",
                    "Invalid ShardIterator.");
        }
    }

    // Forty at once are more than five in a second, however slow the machine is.
    @Test
    void whoReadsAShardTooOftenIsRefused() {
        String iterator = iterator(FIRST);
        cloud.kinesisRules().quotasKept(true);
        List<CompletableFuture<GetRecordsResponse>> reads = IntStream.range(0, 40)
                .mapToObj(i -> http2.getRecords(r -> r.shardIterator(iterator)))
                .toList();
        List<String> refused = new ArrayList<>();
        for (CompletableFuture<GetRecordsResponse> read : reads) {
            try {
                join(read);
            } catch (AwsServiceException e) {
                refused.add(e.awsErrorDetails().errorCode() + ": "
                        + e.awsErrorDetails().errorMessage());
            }
        }
        assertThat(refused)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(35)
                .containsOnly(
                        "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream"
                                + " readings under account 111111111111.");
        assertThat(cloud.kinesisRules().busiestReads().get("readings/" + FIRST)).isGreaterThan(5);
    }

    // The answer of a subscription has no end: it must come through while it is being written, with its request
    // verified.
    @Test
    void aSubscriptionBringsRecordsOverHttp2() {
        String arn = http1.registerStreamConsumer(r -> r.streamARN(STREAM_ARN).consumerName("front"))
                .consumer()
                .consumerARN();
        await().atMost(PATIENCE)
                .until(() -> http1.describeStreamConsumer(r -> r.consumerARN(arn))
                                .consumerDescription()
                                .consumerStatus()
                        == ConsumerStatus.ACTIVE);
        List<String> texts = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> subscription = http2.subscribeToShard(
                r -> r.consumerARN(arn).shardId(FIRST).startingPosition(p -> p.type("TRIM_HORIZON")),
                SubscribeToShardResponseHandler.builder()
                        .subscriber(SubscribeToShardResponseHandler.Visitor.builder()
                                .onSubscribeToShardEvent((SubscribeToShardEvent event) -> event.records()
                                        .forEach(record ->
                                                texts.add(record.data().asUtf8String())))
                                .build())
                        .build());
        await().atMost(PATIENCE).until(() -> texts.contains("text"));
        assertThat(subscription).isNotDone();
        subscription.cancel(true);
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED, "SubscribeToShard");
        assertRefused(
                () -> join(http2.subscribeToShard(
                        r -> r.consumerARN(arn).shardId(SECOND).startingPosition(p -> p.type("TRIM_HORIZON")),
                        SubscribeToShardResponseHandler.builder()
                                .subscriber(event -> {})
                                .build())),
                400,
                "AccessDeniedException",
                "kinesis:SubscribeToShard on resource: " + arn);
    }

    // A lease table takes seconds to come; whoever writes into it before that loses the start.
    @Test
    void aTableIsCreatingForAsLongAsToldAndHasNoItemsMeanwhile() {
        cloud.dynamoDbRules().tablesTake(Duration.ofHours(1), Duration.ZERO);
        createTableNow("slow");
        assertThat(status("slow")).isEqualTo(TableStatus.CREATING);
        assertRefused(() -> putItem("slow"), 400, "ResourceNotFoundException", "Requested resource not found");
        assertRefused(
                () -> dynamoDb.deleteTable(r -> r.tableName("slow")),
                400,
                "ResourceInUseException",
                "Attempt to change a resource which is still in use: Table is being created: slow");
        cloud.dynamoDbRules().tablesTake(Duration.ofSeconds(1), Duration.ZERO);
        await().atMost(PATIENCE).until(() -> status("slow") == TableStatus.ACTIVE);
        putItem("slow");
        assertRefused(() -> createTableNow("slow"), 400, "ResourceInUseException", "Table already exists: slow");
    }

    // Somebody deletes the lease table of a running bridge: first it is there and of no use, then it is not there.
    @Test
    void aTableIsDeletingForAsLongAsToldAndThenGone() {
        createTable("doomed");
        putItem("doomed");
        cloud.dynamoDbRules().tablesTake(Duration.ZERO, Duration.ofHours(1));
        dynamoDb.deleteTable(r -> r.tableName("doomed"));
        assertThat(status("doomed")).isEqualTo(TableStatus.DELETING);
        assertRefused(() -> putItem("doomed"), 400, "ResourceNotFoundException", "Requested resource not found");
        assertRefused(
                () -> createTableNow("doomed"),
                400,
                "ResourceInUseException",
                "Attempt to change a resource which is still in use: Table is being deleted: doomed");
        cloud.dynamoDbRules().tablesTake(Duration.ZERO, Duration.ofSeconds(1));
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e instanceof AssertionError)
                .untilAsserted(() -> assertRefused(
                        () -> status("doomed"),
                        400,
                        "ResourceNotFoundException",
                        "Requested resource not found: Table: doomed not found"));
        createTable("doomed");
        assertThat(dynamoDb.scan(r -> r.tableName("doomed")).items()).isEmpty();
    }

    // Leases are taken by conditions: a front that put a failed one in other words would have two bridges hold one
    // lease.
    @Test
    void aFailedConditionComesThrough() {
        putItem("places");
        assertThatThrownBy(() -> dynamoDb.putItem(
                        r -> r.tableName("places").item(item()).conditionExpression("attribute_not_exists(leaseKey)")))
                .isInstanceOf(ConditionalCheckFailedException.class)
                .hasMessageContaining("The conditional request failed");
    }

    private static Map<String, AttributeValue> item() {
        return Map.of("leaseKey", AttributeValue.fromS("a"));
    }

    private static void putItem(String table) {
        dynamoDb.putItem(r -> r.tableName(table).item(item()));
    }

    private static TableStatus status(String table) {
        return dynamoDb.describeTable(r -> r.tableName(table)).table().tableStatus();
    }

    private static void createTable(String name) {
        createTableNow(name);
        await().atMost(PATIENCE).until(() -> status(name) == TableStatus.ACTIVE);
    }

    private static void createTableNow(String name) {
        dynamoDb.createTable(r -> r.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(KeySchemaElement.builder()
                        .attributeName("leaseKey")
                        .keyType(KeyType.HASH)
                        .build())
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("leaseKey")
                        .attributeType(ScalarAttributeType.S)
                        .build()));
    }

    private static String put(String stream, String key, String text) {
        return http1.putRecords(r -> r.streamName(stream)
                        .records(PutRecordsRequestEntry.builder()
                                .partitionKey(key)
                                .data(SdkBytes.fromUtf8String(text))
                                .build()))
                .records()
                .get(0)
                .sequenceNumber();
    }

    private static String iterator(String shard) {
        return iterator("readings", shard);
    }

    private static String iterator(String stream, String shard) {
        return http1.getShardIterator(
                        r -> r.streamName(stream).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
    }

    private static String after(String stream, String shard, String number) {
        return http1.getShardIterator(r -> r.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .startingSequenceNumber(number))
                .shardIterator();
    }

    private static Instant created(String stream) {
        return http1.describeStreamSummary(r -> r.streamName(stream))
                .streamDescriptionSummary()
                .streamCreationTimestamp();
    }

    private static KinesisClient http1(AwsCredentials credentials, Region region) {
        return KinesisClient.builder()
                .region(region)
                .endpointOverride(cloud.kinesisEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(once -> once.retryStrategy(tries -> tries.maxAttempts(1)))
                .build();
    }

    private static KinesisAsyncClient http2(AwsCredentials credentials) {
        return KinesisAsyncClient.builder()
                .region(Region.EU_WEST_1)
                .endpointOverride(cloud.kinesisEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .protocol(Protocol.HTTP2)
                        .connectionTimeout(PATIENCE)
                        .maxConcurrency(100))
                .overrideConfiguration(once -> once.retryStrategy(tries -> tries.maxAttempts(1)))
                .build();
    }

    /** In JSON, which AWS's client would speak only if the whole JVM did. */
    private static HttpResponse<String> json(String operation, String body) throws Exception {
        URI endpoint = cloud.kinesisEndpoint();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(endpoint.resolve("/"))
                .putHeader("Host", endpoint.getAuthority())
                .putHeader("Content-Type", "application/x-amz-json-1.1")
                .putHeader("X-Amz-Target", "Kinesis_20131202." + operation)
                .build();
        ContentStreamProvider payload = () -> new ByteArrayInputStream(bytes);
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(cloud.credentials().resolveCredentials())
                        .request(request)
                        .payload(payload)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "kinesis")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1"))
                .request();
        HttpRequest.Builder sent = HttpRequest.newBuilder(endpoint.resolve("/"))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        // The client of the JDK sets the host itself, to the same.
        Set<String> its = Set.of("host", "content-length");
        signed.forEachHeader((name, values) -> {
            if (!its.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> sent.header(name, value));
            }
        });
        return HttpClient.newHttpClient().send(sent.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.orTimeout(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void assertRefused(ThrowingCallable call, int status, String code, String sentence) {
        assertThatThrownBy(call).isInstanceOfSatisfying(AwsServiceException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorMessage()).contains(sentence);
        });
    }
}
