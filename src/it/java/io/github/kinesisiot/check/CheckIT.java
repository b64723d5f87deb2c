package io.github.kinesisiot.check;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.IotQuotas;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Ports;
import io.github.kinesisiot.cloud.ServiceCall;
import io.github.kinesisiot.cloud.ServiceFault;
import io.github.kinesisiot.cloud.StsCall;
import io.github.kinesisiot.cloud.StsFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/** The check against a cloud with one thing wrong: which step says so, in which account, and what is to be changed. */
class CheckIT {

    private static LocalCloud cloud;

    @TempDir
    Path directory;

    private CheckRun check;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start();
    }

    @AfterAll
    static void stopCloud() {
        cloud.close();
    }

    @BeforeEach
    void fresh() {
        check = new CheckRun(cloud);
        // Each test checks with the same client id, and some within a second of each other.
        cloud.iot().quotas(IotQuotas.AWS.connectsPerClientId(0));
    }

    @AfterEach
    void heal() {
        cloud.sts().fault(StsFault.NONE);
        cloud.iot().fault(GateFault.NONE);
        cloud.kinesisFront().fault(ServiceFault.NONE);
        cloud.dynamoDbFront().fault(ServiceFault.NONE);
        cloud.sts().up();
        cloud.iot().up();
        cloud.kinesisFront().up();
    }

    // A check that leaves something behind, or fails for a cloud in which the bridge works, gets switched off.
    @Test
    void aCloudThatWorksIsOkAndNothingOfItIsTouched() throws Exception {
        cloud.kinesisFront().forgetCalls();
        cloud.dynamoDbFront().forgetCalls();
        int before = cloud.sts().calls().size();
        var answer = check.json();
        assertThat(answer.exitCode()).as(check.out).isZero();
        assertThat(answer.document().get("exitCode").asInt()).isZero();
        assertThat(answer.document().get("version").asInt()).isEqualTo(1);
        assertThat(answer.document().get("steps"))
                .allSatisfy(step -> assertThat(step.get("state").asText()).isEqualTo("ok"))
                .extracting(step -> step.get("step").asText())
                .containsExactly(
                        "settings",
                        "routes",
                        "dead-letter",
                        "clock",
                        "source-identity",
                        "stream",
                        "lease-table",
                        "assume-role",
                        "iot-dns",
                        "iot-tls",
                        "iot-connect");
        assertThat(cloud.kinesisFront().calls())
                .extracting(ServiceCall::operation)
                .containsExactlyInAnyOrder("ListShards", "DescribeStreamSummary");
        assertThat(cloud.dynamoDbFront().calls())
                .extracting(ServiceCall::operation)
                .containsExactly("DescribeTable");
        assertThat(cloud.sts().calls().stream().skip(before))
                .extracting(StsCall::action)
                .containsExactly("GetCallerIdentity", "AssumeRole");
        assertThat(answer.text("lease-table"))
                .contains("dynamodb:CreateTable", "111111111111:table/readings-iot-bridge");
        assertThat(answer.text("stream")).contains("2 open shards", "not encrypted");
        await().until(() -> cloud.iot().live().isEmpty());
    }

    // Found with the first dead letter, long after the rollout, it stops a shard.
    @Test
    void aDirectoryThatNoDeadLetterCanBeWrittenToNamesItTheUserAndTheFix() throws Exception {
        var answer = check.with("DEAD_LETTER_DIRECTORY", "/proc/letters").json();
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.state("dead-letter")).isEqualTo("failed");
        assertThat(answer.step("dead-letter").get("code").asText()).isEqualTo("DEAD_LETTER_DIRECTORY");
        assertThat(answer.text("dead-letter"))
                .contains("/proc/letters", "user id " + Files.getAttribute(Path.of("/proc/self"), "unix:uid"), "chown");
        assertThat(answer.state("iot-connect")).as("which needs no dead letter").isEqualTo("ok");
    }

    // Without the PUBACK nobody knows whether iot:Publish is there.
    @Test
    void aPublishThatWasAskedForArrivesAndItsPubackIsReported() throws Exception {
        var subscriber = cloud.subscribe("kinesis/check-it");
        var answer = check.json("--publish", "kinesis/check-it");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.text("iot-publish")).contains("PUBACK", "kinesis/check-it");
        await().until(() -> subscriber.count() == 1);
    }

    // The client id of a running bridge would throw that bridge off its connection.
    @Test
    void theClientIdIsOneThatNoConnectionOfABridgeHas() throws Exception {
        var answer = check.with("IOT_CLIENT_ID", "bridge-7")
                .with("IOT_CONNECTIONS", "1")
                .json();
        assertThat(answer.text("iot-connect")).contains("bridge-7-check");
    }

    // AWS says 'not authorized' and leaves open which of two accounts has to change what.
    @Test
    void aRoleThatIsRefusedShowsTheStatementsOfBothAccounts() throws Exception {
        var answer = check.with("EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/another")
                .json();
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.state("assume-role")).isEqualTo("failed");
        assertThat(answer.side("assume-role")).isEqualTo("source or target");
        assertThat(answer.statements("assume-role"))
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"arn:aws:iam::222222222222:role/another\"}",
                        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111111111111:user/bridge\"},\"Action\":\"sts:AssumeRole\"}");
        assertThat(answer.text("assume-role")).contains("external.role.external-id", "is not set");
        assertThat(answer.step("iot-connect").get("waitedFor").asText()).isEqualTo("assume-role");
        assertThat(answer.state("stream")).isEqualTo("ok");
        assertThat(answer.state("iot-tls")).isEqualTo("ok");
    }

    // An external id with a slip in it looks like a missing trust; its value is nobody's business.
    @Test
    void aConfiguredExternalIdIsPartOfTheTrustWithoutItsValue() throws Exception {
        cloud.sts().fault(StsFault.ACCESS_DENIED);
        var answer = check.with("EXTERNAL_ROLE_EXTERNAL_ID", "tenant-7-of-ours")
                .with("EXTERNAL_ROLE_TAGS", "team=iot")
                .with("EXTERNAL_ROLE_SOURCE_IDENTITY", "plant-7")
                .json();
        // The fault is for every call, so who is asking is not known either.
        assertThat(answer.step("source-identity").get("warnings")).hasSize(1);
        assertThat(answer.text("assume-role"))
                .contains(
                        "sts:ExternalId",
                        "<the value of external.role.external-id>",
                        "Compare external.role.external-id")
                .contains("sts:TagSession", "sts:SetSourceIdentity", "\"sts:SourceIdentity\":\"plant-7\"")
                .contains("<ARN of the bridge's role in the source account>");
        assertThat(check.out).doesNotContain("tenant-7-of-ours");
    }

    // With keys that nobody knows every further call would fail with a reason of its own.
    @Test
    void unknownSourceCredentialsKeepBackWhatNeedsThemAndNothingElse() throws Exception {
        check.credentials = AwsBasicCredentials.create("AKIAUNKNOWN", "no-such-secret");
        var answer = check.json();
        assertThat(answer.step("source-identity").get("code").asText()).isEqualTo("SOURCE_CREDENTIALS_INVALID");
        assertThat(answer.side("source-identity")).isEqualTo("source");
        assertThat(List.of("stream", "lease-table", "assume-role"))
                .allSatisfy(step ->
                        assertThat(answer.step(step).get("waitedFor").asText()).isEqualTo("source-identity"));
        assertThat(answer.state("iot-tls")).isEqualTo("ok");
        assertThat(check.out).doesNotContain("no-such-secret");
    }

    // A stream in another region is 'not found', and the region that was asked is what one has to know.
    @Test
    void aMissingStreamNamesTheRegionAndTheAddressThatWereAsked() throws Exception {
        var answer = check.with("KINESIS_STREAM", "reedings").json();
        assertThat(answer.step("stream").get("code").asText()).isEqualTo("STREAM_NOT_FOUND");
        assertThat(answer.side("stream")).isEqualTo("source");
        assertThat(answer.text("stream"))
                .contains(
                        "reedings",
                        "eu-west-1",
                        "kinesis.region",
                        cloud.kinesisEndpoint().getAuthority());
        assertThat(answer.state("assume-role")).isEqualTo("ok");
        assertThat(answer.state("iot-connect")).isEqualTo("ok");
    }

    // The statement of the shipped policy, with the ARN of this very stream.
    @Test
    void aRefusedStreamShowsTheStatementWithItsArn() throws Exception {
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED);
        var answer = check.json();
        assertThat(answer.step("stream").get("code").asText()).isEqualTo("ACCESS_DENIED");
        assertThat(answer.step("stream").get("account").get("id").asText()).isEqualTo("111111111111");
        assertThat(answer.statements("stream")).singleElement().satisfies(statement -> {
            assertThat(statement.get("Resource").asText())
                    .isEqualTo("arn:aws:kinesis:eu-west-1:111111111111:stream/readings");
            assertThat(statement.get("Action")).hasSize(4);
        });
        assertThat(answer.state("lease-table")).isEqualTo("ok");
        assertThat(answer.state("iot-connect")).isEqualTo("ok");
    }

    // A bridge that polls runs without it: a gate must not keep it from starting.
    @ParameterizedTest
    @CsvSource({"polling, ok", "fan-out, failed"})
    void aMissingDescribeStreamSummaryIsAWarningWhereTheBridgeDoesNotNeedIt(String retrieval, String state)
            throws Exception {
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED, "DescribeStreamSummary");
        var answer = check.with("KINESIS_RETRIEVAL", retrieval).json();
        assertThat(answer.state("stream")).isEqualTo(state);
        assertThat(answer.text("stream")).contains("kinesis:DescribeStreamSummary");
    }

    // The Kinesis Client Library would read the like-named stream of the bridge's own account.
    @Test
    void fanOutFromAnotherAccountIsRefused() throws Exception {
        cloud.kinesisFront().forgetCalls();
        var answer = check.with("KINESIS_STREAM", "arn:aws:kinesis:eu-west-1:333333333333:stream/readings")
                .with("KINESIS_RETRIEVAL", "fan-out")
                .json();
        assertThat(answer.step("stream").get("code").asText()).isEqualTo("FAN_OUT_ABROAD");
        assertThat(answer.text("stream")).contains("333333333333", "111111111111", "kinesis.retrieval");
        assertThat(cloud.kinesisFront().calls()).isEmpty();
    }

    // A policy of one account alone opens no stream of another one.
    @Test
    void aRefusedStreamOfAnotherAccountShowsThePoliciesOfBoth() throws Exception {
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED);
        var answer = check.with("KINESIS_STREAM", "arn:aws:kinesis:eu-west-1:333333333333:stream/readings")
                .json();
        assertThat(answer.side("stream")).isEqualTo("stream");
        assertThat(answer.statements("stream")).hasSize(2).allSatisfy(statement -> assertThat(
                        statement.get("Resource").asText())
                .isEqualTo("arn:aws:kinesis:eu-west-1:333333333333:stream/readings"));
        assertThat(answer.statements("stream")
                        .get(1)
                        .get("Principal")
                        .get("AWS")
                        .asText())
                .isEqualTo("arn:aws:iam::111111111111:user/bridge");
    }

    // Its permissions are others than those of polling, and were found missing at the start only.
    @Test
    void fanOutIsLookedAtAndItsStatementsAreShown() throws Exception {
        check.with("KINESIS_RETRIEVAL", "fan-out").with("KINESIS_APPLICATION", "app-9");
        assertThat(check.json().text("stream")).contains("no consumer app-9", "kinesis:RegisterStreamConsumer");
        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED, "DescribeStreamConsumer");
        var answer = check.json();
        assertThat(answer.step("stream").get("code").asText()).isEqualTo("ACCESS_DENIED");
        assertThat(answer.text("stream"))
                .contains(
                        "kinesis:RegisterStreamConsumer",
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:SubscribeToShard",
                        "stream/readings/consumer/app-9:*");
    }

    // Found at the first record otherwise: each read fails, and the bridge waits.
    @Test
    void aKeyOfOnesOwnIsAWarningThatNamesThePermission() throws Exception {
        String key = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555";
        cloud.createStream("secret-readings", 1);
        cloud.kinesis().startStreamEncryption(request -> request.streamName("secret-readings")
                .encryptionType(EncryptionType.KMS)
                .keyId(key));
        check.with("KINESIS_STREAM", "secret-readings");
        await().untilAsserted(() -> {
            var answer = check.json();
            assertThat(answer.state("stream")).isEqualTo("ok");
            assertThat(answer.text("stream")).contains("kms:Decrypt", key);
        });
    }

    @Test
    void aRefusedLeaseTableShowsTheStatementWithItsArn() throws Exception {
        cloud.dynamoDbFront().fault(ServiceFault.ACCESS_DENIED);
        var answer = check.with("KINESIS_APPLICATION", "app-9").json();
        assertThat(answer.step("lease-table").get("code").asText()).isEqualTo("ACCESS_DENIED");
        assertThat(answer.side("lease-table")).isEqualTo("source");
        assertThat(answer.statements("lease-table"))
                .singleElement()
                .extracting(statement -> statement.get("Resource").asText())
                .isEqualTo("arn:aws:dynamodb:eu-west-1:111111111111:table/app-9");
    }

    // Somebody else's table under the name of the application would be filled with leases, or break the start.
    @ParameterizedTest
    @CsvSource({"leaseKey, ok", "id, failed"})
    void anExistingTableIsOneOfKclOrRefused(String key, String state) throws Exception {
        String name = "table-by-" + key;
        cloud.dynamoDb().createTable(request -> request.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(KeySchemaElement.builder()
                        .attributeName(key)
                        .keyType(KeyType.HASH)
                        .build())
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName(key)
                        .attributeType(ScalarAttributeType.S)
                        .build()));
        var answer = check.with("KINESIS_APPLICATION", name).json();
        assertThat(answer.state("lease-table")).isEqualTo(state);
        if (state.equals("failed")) {
            assertThat(answer.text("lease-table")).contains("NO_LEASE_TABLE", "kinesis.application");
        }
    }

    @Test
    void aServiceThatNobodyAnswersForIsUnreachableAndTheOthersAreStillChecked() throws Exception {
        cloud.kinesisFront().down();
        var answer = check.json();
        assertThat(answer.step("stream").get("code").asText()).isEqualTo("UNREACHABLE");
        assertThat(answer.side("stream")).isEqualTo("here");
        assertThat(answer.text("stream")).contains("AWS_ENDPOINT_URL_KINESIS");
        assertThat(answer.state("iot-connect")).isEqualTo("ok");
    }

    @Test
    void anStsThatNobodyAnswersForKeepsTheRoleBackAndNotTheStream() throws Exception {
        cloud.sts().down();
        var answer = check.json();
        assertThat(answer.step("source-identity").get("code").asText()).isEqualTo("UNREACHABLE");
        assertThat(answer.text("source-identity")).contains("127.0.0.1", "AWS_ENDPOINT_URL_STS");
        assertThat(answer.state("assume-role")).isEqualTo("not-reached");
        assertThat(answer.state("stream")).isEqualTo("ok");
        assertThat(answer.step("clock").get("waitedFor").asText()).isEqualTo("source-identity");
    }

    // A gate of a deployment must not wait for ever on services that hang.
    @Test
    @Tag("long")
    void everythingThatHangsAtOnceStillEndsWithinAMinute() throws Exception {
        cloud.sts().fault(StsFault.HANG);
        cloud.kinesisFront().fault(ServiceFault.HANG);
        cloud.dynamoDbFront().fault(ServiceFault.HANG);
        var answer = check.json();
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(check.millis).isLessThan(60_000);
        assertThat(answer.state("source-identity")).isEqualTo("failed");
        assertThat(answer.state("stream")).isEqualTo("failed");
        assertThat(answer.state("lease-table")).isEqualTo("failed");
        assertThat(answer.state("iot-tls")).isEqualTo("ok");
    }

    // 'PKIX path building failed' does not say whose certificate it was, nor which setting it is about.
    @ParameterizedTest
    @CsvSource({"false, is not set", "true, it has to hold"})
    void aCertificateThatIsNotTrustedNamesItsIssuerAndTheSetting(boolean otherAuthority, String said) throws Exception {
        check.with("IOT_CA_FILE", otherAuthority ? someAuthority().toString() : "");
        var answer = check.json();
        assertThat(answer.step("iot-tls").get("code").asText()).isEqualTo("TLS");
        assertThat(answer.text("iot-tls")).contains("CN=Local cloud authority", "iot.ca-file", said);
        assertThat(answer.step("iot-connect").get("waitedFor").asText()).isEqualTo("iot-tls");
        assertThat(answer.state("assume-role")).isEqualTo("ok");
    }

    @Test
    void aNameThatNobodyKnowsIsFoundBeforeAnythingIsConnectedTo() throws Exception {
        var answer = check.with("IOT_ENDPOINT", "no-such-endpoint.invalid").json();
        assertThat(answer.step("iot-dns").get("code").asText()).isEqualTo("UNKNOWN_HOST");
        assertThat(answer.text("iot-dns"))
                .contains("no-such-endpoint.invalid", "iot.endpoint", "describe-endpoint", "222222222222");
        assertThat(answer.state("iot-tls")).isEqualTo("not-reached");
        assertThat(answer.state("iot-connect")).isEqualTo("not-reached");
    }

    @Test
    void aClosedPortIsUnreachable() throws Exception {
        var answer = check.with("IOT_ENDPOINT", "localhost:" + Ports.free()).json();
        assertThat(answer.step("iot-tls").get("code").asText()).isEqualTo("UNREACHABLE");
        assertThat(answer.text("iot-tls")).contains("firewalls", "iot.endpoint");
    }

    // HTTP 403 is all that AWS says to a wrong region, a foreign endpoint and a deleted role.
    @Test
    void aRefusedSignatureNamesRegionEndpointAndThePermission() throws Exception {
        var answer = check.with("IOT_REGION", "us-east-1").json();
        assertThat(answer.step("iot-connect").get("code").asText()).isEqualTo("HTTP_403");
        assertThat(answer.side("iot-connect")).isEqualTo("target");
        assertThat(answer.text("iot-connect")).contains("us-east-1", "iot.region", "iot.endpoint");
        assertThat(answer.statements("iot-connect"))
                .singleElement()
                .extracting(statement -> statement.get("Resource").asText())
                .isEqualTo("arn:aws:iot:us-east-1:222222222222:client/kinesis-iot-bridge-*");
    }

    // The WebSocket comes up without iot:Connect: the refusal is in the CONNACK.
    @Test
    void aRefusedConnectShowsTheStatementForTheClientIds() throws Exception {
        cloud.iot().fault(GateFault.NOT_AUTHORIZED);
        var answer = check.with("IOT_CLIENT_ID", "bridge-7").json();
        assertThat(answer.step("iot-connect").get("code").asText()).isEqualTo("CONNACK_0x87");
        assertThat(answer.step("iot-connect").get("account").get("id").asText()).isEqualTo("222222222222");
        assertThat(answer.statements("iot-connect"))
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-central-1:222222222222:client/bridge-7*\"}");
    }

    @Test
    @Tag("long")
    void anEndpointThatHangsIsATimeOut() throws Exception {
        cloud.iot().fault(GateFault.HANG);
        var answer = check.json();
        assertThat(answer.step("iot-connect").get("code").asText()).isEqualTo("TIMEOUT");
        assertThat(check.millis).isLessThan(60_000);
    }

    // A refused publish looks like success to a client that does not read the PUBACK.
    @Test
    void aRefusedPublishShowsTheStatementForTheTopic() throws Exception {
        var answer = check.json("--publish", "forbidden/check");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.step("iot-publish").get("code").asText()).isEqualTo("NOT_AUTHORIZED");
        assertThat(answer.side("iot-publish")).isEqualTo("target");
        assertThat(answer.statements("iot-publish"))
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"Effect\":\"Allow\",\"Action\":\"iot:Publish\",\"Resource\":\"arn:aws:iot:eu-central-1:222222222222:topic/forbidden/check\"}");
        var ofTheSetting = check.with("IOT_TOPIC", "forbidden/${header.CamelAwsKinesisPartitionKey}")
                .json("--publish", "forbidden/check");
        assertThat(ofTheSetting.statements("iot-publish"))
                .singleElement()
                .extracting(statement -> statement.get("Resource").asText())
                .isEqualTo("arn:aws:iot:eu-central-1:222222222222:topic/forbidden/*");
    }

    // A clock that is off makes every signature invalid, with a 403 that says nothing of time.
    @Test
    void aClockThatIsOffIsMeasured() throws Exception {
        check.clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10));
        var answer = check.json();
        assertThat(answer.step("clock").get("code").asText()).isEqualTo("CLOCK_SKEW");
        assertThat(answer.side("clock")).isEqualTo("here");
        assertThat(answer.text("clock")).containsPattern("(599|600|601) s ahead of AWS");
        assertThat(answer.step("iot-connect").get("code").asText()).isEqualTo("CLOCK_SKEW");
        assertThat(answer.text("iot-connect")).contains("set the clock");
    }

    // With a clock far off STS itself refuses, and says so in words about signatures.
    @Test
    void anStsThatFindsTheClockOffSaysSo() throws Exception {
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
        try (LocalCloud other =
                LocalCloud.start(CloudOptions.defaults().only(Part.STS).clock(ahead))) {
            check.with("AWS_ENDPOINT_URL_STS", other.sts().endpoint().toString());
            check.credentials = other.credentials().resolveCredentials();
            var answer = check.json();
            assertThat(answer.step("source-identity").get("code").asText()).isEqualTo("CLOCK_SKEW");
            assertThat(answer.side("source-identity")).isEqualTo("here");
            assertThat(answer.text("source-identity")).contains("Set the clock");
        }
    }

    // The role is there and trusts the bridge; only the external id has a slip in it.
    @Test
    void aWrongExternalIdIsToBeCompared() throws Exception {
        try (LocalCloud other =
                LocalCloud.start(CloudOptions.defaults().only(Part.STS).externalId("tenant-7"))) {
            check.with("AWS_ENDPOINT_URL_STS", other.sts().endpoint().toString())
                    .with("EXTERNAL_ROLE_EXTERNAL_ID", "tenant-8");
            check.credentials = other.credentials().resolveCredentials();
            var answer = check.json();
            assertThat(answer.step("assume-role").get("code").asText()).isEqualTo("ACCESS_DENIED");
            assertThat(answer.text("assume-role"))
                    .contains("Compare external.role.external-id", "arn:aws:iam::111111111111:user/bridge")
                    .doesNotContain("tenant-8");
            check.with("EXTERNAL_ROLE_EXTERNAL_ID", "tenant-7");
            assertThat(check.json().state("assume-role")).isEqualTo("ok");
        }
    }

    // The statement for the role itself is there: shown again, it hides the missing one.
    @Test
    void aRefusedTagShowsTheStatementsForTagsAndNoOthers() throws Exception {
        try (LocalCloud other =
                LocalCloud.start(CloudOptions.defaults().only(Part.STS).tagSession(false))) {
            check.with("AWS_ENDPOINT_URL_STS", other.sts().endpoint().toString())
                    .with("EXTERNAL_ROLE_TAGS", "team=iot");
            check.credentials = other.credentials().resolveCredentials();
            var answer = check.json();
            assertThat(answer.step("assume-role").get("code").asText()).isEqualTo("ACCESS_DENIED");
            assertThat(answer.statements("assume-role")).hasSize(2).allSatisfy(statement -> assertThat(
                            statement.get("Action").asText())
                    .isEqualTo("sts:TagSession"));
        }
    }

    // A session longer than the role allows is refused, not shortened.
    @Test
    void aSessionThatIsTooLongNamesTheSettingAndTheRolesMaximum() throws Exception {
        var answer = check.with("EXTERNAL_ROLE_SESSION_DURATION", "12h").json();
        assertThat(answer.state("assume-role")).isEqualTo("ok");
        try (LocalCloud other =
                LocalCloud.start(CloudOptions.defaults().only(Part.STS).maxSessionDuration(Duration.ofHours(1)))) {
            check.with("AWS_ENDPOINT_URL_STS", other.sts().endpoint().toString());
            check.credentials = other.credentials().resolveCredentials();
            var refused = check.json();
            assertThat(refused.side("assume-role")).isEqualTo("target");
            assertThat(refused.text("assume-role"))
                    .contains("external.role.session-duration", "43200s", "MaxSessionDuration");
        }
    }

    // Whoever pastes the report into a ticket must not paste a session with it.
    @Test
    void noSecretIsInAnyReport() throws Exception {
        cloud.iot().fault(GateFault.REFUSE);
        check.json();
        String all = check.out + check.err;
        check.run();
        all += check.out + check.err;
        assertThat(all)
                .doesNotContain(check.credentials.secretAccessKey())
                .doesNotContain(check.credentials.accessKeyId())
                .doesNotContain("X-Amz-", "IQoJ", "ASIA");
    }

    private Path someAuthority() throws Exception {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        X509Certificate any = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers()[0];
        return Files.writeString(
                directory.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(any.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }
}
