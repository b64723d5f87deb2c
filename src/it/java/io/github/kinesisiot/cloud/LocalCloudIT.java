package io.github.kinesisiot.cloud;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.StsException;

class LocalCloudIT {
    private static LocalCloud cloud;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start(
                CloudOptions.defaults().externalId("tenant-7").maxSessionDuration(Duration.ofHours(2)));
    }

    @AfterAll
    static void end() {
        cloud.close();
    }

    @BeforeEach
    void noFaults() {
        cloud.sts().up();
        cloud.iot().up();
        cloud.kinesisFront().up();
        cloud.kinesisFront().fault(ServiceFault.NONE);
        cloud.dynamoDbFront().fault(ServiceFault.NONE);
        cloud.sts().fault(StsFault.NONE);
        cloud.iot().fault(GateFault.NONE);
        cloud.iot().roundTrip(Duration.ZERO);
        cloud.sts().sessionLifetime(Duration.ofHours(1));
    }

    // A test double that lets a wrong signature through would hide the bridge's worst mistake.
    @Test
    void aPresignedUrlOfTheAssumedRoleReachesTheBroker() throws Exception {
        AwsCredentials session = assume();
        try (Subscriber subscriber = cloud.subscribe("kinesis/#")) {
            MqttAsyncClient client = connect(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC()));
            client.publish("kinesis/a", "1".getBytes(StandardCharsets.UTF_8), 1, false)
                    .waitForCompletion(5_000);
            await().until(() -> subscriber.texts("kinesis/a").equals(List.of("1")));
            client.disconnect().waitForCompletion(5_000);
            client.close();
        }
        long number = cloud.sts().sessions().size();
        assertThat(cloud.iot().accepted()).last().satisfies(open -> assertThat(open.session())
                .isEqualTo(number));
        await().until(() -> cloud.iot().live().isEmpty());
    }

    // The refusal must carry what AWS sends, for clock checks and messages are made of it.
    @Test
    void aWrongSignatureIsRefusedAsAwsRefusesIt() {
        AwsSessionCredentials session = assume();
        AwsCredentials wrong =
                AwsSessionCredentials.create(session.accessKeyId(), "not-the-secret", session.sessionToken());
        HttpResponse<?> answer = refused(PresignedUrl.sign(cloud.iot().endpoint(), wrong, Clock.systemUTC()));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("x-amzn-ErrorType")).hasValue("ForbiddenException:");
        assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
        assertThat(answer.headers().firstValue("date")).isPresent();
        assertThat(lastRefusal()).isEqualTo("SignatureDoesNotMatch");
    }

    @Test
    void theSourceAccountsOwnKeysAreRefusedAtTheTargetsEndpoint() {
        refused(PresignedUrl.sign(cloud.iot().endpoint(), cloud.credentials().resolveCredentials(), Clock.systemUTC()));
        assertThat(lastRefusal()).isEqualTo("WrongAccount");
    }

    @Test
    void aUrlSignedSixMinutesAgoIsRefused() {
        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-6));
        refused(PresignedUrl.sign(cloud.iot().endpoint(), assume(), late));
        assertThat(lastRefusal()).isEqualTo("SignatureDoesNotMatch");
    }

    @Test
    void aUrlWithoutItsTokenIsRefused() {
        String url = PresignedUrl.sign(cloud.iot().endpoint(), assume(), Clock.systemUTC())
                .toString();
        refused(URI.create(url.substring(0, url.indexOf("&X-Amz-Security-Token"))));
        assertThat(lastRefusal()).isEqualTo("InvalidClientTokenId");
    }

    // Sessions of seconds make renewals visible; an expired one must be useless for new connections and end the old
    // ones.
    @Test
    void aSessionThatExpiresEndsItsConnectionsAndOpensNoMore() throws Exception {
        cloud.sts().sessionLifetime(Duration.ofSeconds(2));
        AwsCredentials session = assume();
        long closedBefore = cloud.iot().closedOnExpiry();
        MqttAsyncClient client = connect(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC()));
        await().until(() -> !client.isConnected());
        client.close();
        assertThat(cloud.iot().closedOnExpiry()).isEqualTo(closedBefore + 1);
        refused(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC()));
        assertThat(lastRefusal()).isEqualTo("ExpiredToken");
        try (StsClient sts = sts(StaticCredentialsProvider.create(session))) {
            assertThatThrownBy(sts::getCallerIdentity).satisfies(e -> assertError(e, 403, "ExpiredToken"));
        }
    }

    @Test
    void theAssumedRoleMayNotAssumeItself() {
        try (StsClient sts = sts(StaticCredentialsProvider.create(assume()))) {
            assertThat(sts.getCallerIdentity().account()).isEqualTo(Accounts.TARGET);
            assertThatThrownBy(() -> sts.assumeRole(request().build()))
                    .satisfies(e -> assertError(e, 403, "AccessDenied"))
                    .hasMessageContaining(
                            "User: arn:aws:sts::222222222222:assumed-role/kinesis-iot-bridge/test is not authorized"
                                    + " to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/kinesis-iot-bridge");
        }
    }

    @Test
    void stsHoldsARequestToTheRulesOfAws() {
        try (StsClient sts = sts(cloud.credentials())) {
            assertThat(sts.getCallerIdentity().arn()).isEqualTo("arn:aws:iam::111111111111:user/bridge");
            assertRefused(sts, request().externalId("tenant-8"), 403, "AccessDenied");
            assertRefused(sts, request().roleArn(Accounts.ROLE_ARN + "x"), 403, "AccessDenied");
            assertRefused(sts, request().durationSeconds(899), 400, "ValidationError");
            assertRefused(sts, request().durationSeconds(43_201), 400, "ValidationError");
            assertRefused(sts, request().durationSeconds(7_201), 400, "ValidationError");
            assertRefused(sts, request().roleSessionName("no blanks"), 400, "ValidationError");
        }
    }

    @Test
    void stsFailsAsToldAndComesBack() {
        try (StsClient sts = sts(cloud.credentials())) {
            cloud.sts().fault(StsFault.THROTTLE);
            assertRefused(sts, request(), 400, "Throttling");
            cloud.sts().fault(StsFault.INTERNAL_FAILURE);
            assertRefused(sts, request(), 500, "InternalFailure");
            cloud.sts().fault(StsFault.NONE);
            cloud.sts().down();
            assertThatThrownBy(() -> sts.assumeRole(request().build())).isInstanceOf(SdkClientException.class);
            cloud.sts().up();
            assertThat(sts.assumeRole(request().build()).credentials().expiration())
                    .isNotNull();
        }
    }

    @Test
    void theIotEndpointFailsAsToldAndComesBack() throws Exception {
        AwsCredentials session = assume();
        MqttAsyncClient client = connect(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC()));
        cloud.iot().cutAll();
        await().until(() -> !client.isConnected());
        client.close();
        cloud.iot().fault(GateFault.REFUSE);
        refused(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC()));
        cloud.iot().fault(GateFault.NONE);
        cloud.iot().down();
        assertThatThrownBy(() -> open(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC())))
                .hasCauseInstanceOf(ConnectException.class);
        cloud.iot().up();
        cloud.iot().roundTrip(Duration.ofMillis(200));
        MqttAsyncClient slow = connect(PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC()));
        long start = System.nanoTime();
        slow.publish("kinesis/slow", new byte[10], 1, false).waitForCompletion(5_000);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(195));
        slow.disconnect().waitForCompletion(5_000);
        slow.close();
    }

    // A bridge that ends in the middle of a renewal does this; the gate must forget such a client.
    @Test
    void aClientThatLeavesDuringItsUpgradeLeavesNothingBehind() throws Exception {
        AwsCredentials session = assume();
        long before = brokerSockets();
        for (int i = 0; i < 20; i++) {
            URI url = PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC());
            try (Socket socket = trust().getSocketFactory().createSocket(url.getHost(), url.getPort())) {
                String request =
                        "GET /mqtt?" + url.getRawQuery() + " HTTP/1.1\r\nHost: " + url.getHost() + ":" + url.getPort()
                                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            }
        }
        await().until(() -> cloud.iot().live().isEmpty() && brokerSockets() <= before);
    }

    @Test
    void kinesisAndDynamoDbAnswerTheSdk() {
        cloud.createStream("second", 1);
        cloud.kinesis().putRecord(b -> b.streamName("second").partitionKey("k").data(SdkBytes.fromUtf8String("hello")));
        String shard = cloud.kinesis()
                .listShards(b -> b.streamName("second"))
                .shards()
                .get(0)
                .shardId();
        String iterator = cloud.kinesis()
                .getShardIterator(
                        b -> b.streamName("second").shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        assertThat(cloud.kinesis().getRecords(b -> b.shardIterator(iterator)).records())
                .singleElement()
                .satisfies(record -> assertThat(record.data().asUtf8String()).isEqualTo("hello"));
        assertThat(cloud.dynamoDb().listTables().tableNames()).isEmpty();
    }

    @Test
    void kinesisAndDynamoDbFailAsToldAndComeBackWithWhatTheyHeld() {
        try (KinesisClient impatient = KinesisClient.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(cloud.kinesisEndpoint())
                .credentialsProvider(cloud.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(
                        o -> o.retryStrategy(r -> r.maxAttempts(1)).apiCallTimeout(Duration.ofMillis(1_500)))
                .build()) {
            cloud.kinesisFront().fault(ServiceFault.THROTTLE);
            assertThatThrownBy(impatient::listStreams).isInstanceOf(LimitExceededException.class);
            cloud.kinesisFront().fault(ServiceFault.INTERNAL_FAILURE);
            assertThatThrownBy(impatient::listStreams)
                    .isInstanceOfSatisfying(KinesisException.class, e -> assertThat(e.statusCode())
                            .isEqualTo(500));
            cloud.kinesisFront().fault(ServiceFault.HANG);
            assertThatThrownBy(impatient::listStreams).isInstanceOf(ApiCallTimeoutException.class);
            cloud.kinesisFront().fault(ServiceFault.NONE);
            cloud.kinesisFront().down();
            assertThatThrownBy(impatient::listStreams).isInstanceOf(SdkClientException.class);
            cloud.kinesisFront().up();
            assertThat(impatient.listStreams().streamNames()).contains(cloud.stream());
        }
        cloud.dynamoDbFront().fault(ServiceFault.ACCESS_DENIED);
        assertThatThrownBy(() -> cloud.dynamoDb().listTables())
                .isInstanceOfSatisfying(
                        DynamoDbException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
    }

    // KCL reads over HTTP/2, and enhanced fan-out knows no other way.
    @Test
    void kinesisAnswersOverHttp2() throws Exception {
        try (KinesisAsyncClient client = KinesisAsyncClient.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(cloud.kinesisEndpoint())
                .credentialsProvider(cloud.credentials())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP2))
                .build()) {
            assertThat(client.listStreams().get(10, TimeUnit.SECONDS).streamNames())
                    .contains(cloud.stream());
        }
    }

    // A test or a demo that leaves a broker behind makes the next one fail in ways nobody understands.
    @Test
    void nothingIsLeftRunningAfterClose() {
        List<ProcessHandle> processes = new ArrayList<>();
        try (LocalCloud other = LocalCloud.start()) {
            processes.addAll(other.broker().process().handles());
            processes.addAll(other.kinesisEmulator().process().handles());
            processes.addAll(other.dynamoDbEmulator().process().handles());
            assertThat(processes).hasSizeGreaterThanOrEqualTo(9).allMatch(ProcessHandle::isAlive);
        }
        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** What the broker has open; 0 where the system does not tell. */
    private static long brokerSockets() throws IOException {
        Path descriptors = Path.of(
                "/proc",
                Long.toString(cloud.broker().process().program().orElseThrow().pid()),
                "fd");
        if (!Files.isReadable(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.count();
        }
    }

    private static AssumeRoleRequest.Builder request() {
        return AssumeRoleRequest.builder()
                .roleArn(cloud.roleArn())
                .roleSessionName("test")
                .externalId("tenant-7")
                .durationSeconds(900);
    }

    private static AwsSessionCredentials assume() {
        try (StsClient sts = sts(cloud.credentials())) {
            var answer = sts.assumeRole(request().build()).credentials();
            return AwsSessionCredentials.create(answer.accessKeyId(), answer.secretAccessKey(), answer.sessionToken());
        }
    }

    private static StsClient sts(AwsCredentialsProvider credentials) {
        return StsClient.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(cloud.sts().endpoint())
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    private static void assertRefused(StsClient sts, AssumeRoleRequest.Builder request, int status, String code) {
        assertThatThrownBy(() -> sts.assumeRole(request.build())).satisfies(e -> assertError(e, status, code));
    }

    private static void assertError(Throwable thrown, int status, String code) {
        assertThat(thrown).isInstanceOf(StsException.class);
        StsException error = (StsException) thrown;
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
    }

    private static MqttAsyncClient connect(URI url) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient(url.toString(), "test", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setSocketFactory(trust().getSocketFactory());
        client.connect(options).waitForCompletion(10_000);
        return client;
    }

    private static WebSocket open(URI url) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(trust())
                .build()
                .newWebSocketBuilder()
                .subprotocols("mqtt")
                .buildAsync(url, new WebSocket.Listener() {})
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static HttpResponse<?> refused(URI url) {
        List<HttpResponse<?>> answer = new ArrayList<>();
        assertThatThrownBy(() -> open(url))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, e -> answer.add(e.getResponse()));
        return answer.get(0);
    }

    private static String lastRefusal() {
        List<GateRefusal> refusals = cloud.iot().refusals();
        return refusals.get(refusals.size() - 1).reason();
    }

    private static SSLContext trust() throws Exception {
        return TrustedAuthority.context(cloud.caFile());
    }

    // Set for the JVM, the switch to JSON would have every client of other clouds that is built meanwhile ask
    // otherwise.
    @Test
    void theKinesisForManyRecordsAnswersInJsonAndNoOtherClientIsChanged() {
        try (LocalCloud many = LocalCloud.start(CloudOptions.defaults()
                .only(CloudOptions.Part.KINESIS, CloudOptions.Part.MANY_RECORDS)
                .shards(1))) {
            String sequence = many.kinesis()
                    .putRecord(put ->
                            put.streamName(many.stream()).partitionKey("key").data(SdkBytes.fromUtf8String("text")))
                    .sequenceNumber();
            assertThat(sequence).isNotEmpty();
            assertThat(many.environment()).containsEntry("CBOR_ENABLED", "false");
            assertThat(System.getProperty("aws.cborEnabled"))
                    .as("while it runs")
                    .isNull();
        }
    }
}
