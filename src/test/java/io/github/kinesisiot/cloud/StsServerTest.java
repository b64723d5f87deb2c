package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.time.VirtualTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.ExpiredTokenException;
import software.amazon.awssdk.services.sts.model.InvalidIdentityTokenException;
import software.amazon.awssdk.services.sts.model.StsException;

/** The server with AWS's own client: who may ask, and what a fault does to one action and not to the others. */
class StsServerTest {
    private final VirtualTime time = new VirtualTime(Clock.systemUTC().instant());
    private final Identities identities = new Identities(time);
    private final WebIdentityProvider provider = new WebIdentityProvider(time);
    private final StsServer server = new StsServer(
            time,
            identities,
            new StsActions(
                    identities,
                    new RoleTrust(
                            Accounts.BRIDGE_ROLE_ARN,
                            Optional.empty(),
                            true,
                            true,
                            Duration.ofHours(1),
                            Duration.ofHours(1)),
                    Optional.of(provider),
                    Duration.ofMinutes(1)));
    private final Identity session = identities.issueSource("bridge", Duration.ofMinutes(1));
    private final StsClient bridge = client(sessionOf(session), Accounts.SOURCE_REGION);
    private final StsClient nobody = client(AnonymousCredentialsProvider.create(), Accounts.SOURCE_REGION);

    @AfterEach
    void end() {
        bridge.close();
        nobody.close();
        server.close();
    }

    @Test
    void aSessionIsWhoItIsUntilItEnds() {
        assertThat(bridge.getCallerIdentity().arn()).isEqualTo("arn:aws:sts::111111111111:assumed-role/bridge/bridge");
        time.advance(Duration.ofMinutes(1));
        // The SDK signs with the clock of the machine.
        assertThatThrownBy(bridge::getCallerIdentity)
                .isInstanceOfSatisfying(StsException.class, e -> assertError(e, 403, "ExpiredToken"))
                .hasMessageContaining("The security token included in the request is expired");
    }

    @Test
    void aTokenOfTheWebIdentityNeedsNoSignatureAndItsSessionMayAssumeTheRole() {
        var issued = nobody.assumeRoleWithWebIdentity(request -> request.roleArn(Accounts.BRIDGE_ROLE_ARN)
                        .roleSessionName("pod")
                        .webIdentityToken(provider.issue(Duration.ofMinutes(1))))
                .credentials();
        var given = StaticCredentialsProvider.create(
                AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken()));
        try (StsClient pod = client(given, Accounts.SOURCE_REGION)) {
            assertThat(pod.assumeRole(request ->
                                    request.roleArn(Accounts.ROLE_ARN).roleSessionName("bridge"))
                            .assumedRoleUser()
                            .arn())
                    .isEqualTo("arn:aws:sts::222222222222:assumed-role/kinesis-iot-bridge/bridge");
        }
        assertThat(server.calls()).extracting(StsCall::callerKey).containsExactly("", issued.accessKeyId());
    }

    // The SDK's classes for these two refusals are what the bridge and its log see.
    @Test
    void aTokenThatIsNotGoodIsRefusedAsTheSdkKnowsIt() {
        String token = provider.issue(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(2));
        assertThatThrownBy(() -> withToken(token)).isInstanceOf(ExpiredTokenException.class);
        assertThatThrownBy(() -> withToken("no token")).isInstanceOf(InvalidIdentityTokenException.class);
        assertThat(server.calls())
                .allSatisfy(call -> assertThat(call.parameters()).doesNotContainKey("WebIdentityToken"));
    }

    @Test
    void aSignatureForAnotherRegionIsRefused() {
        try (StsClient elsewhere = client(sessionOf(session), Accounts.TARGET_REGION)) {
            assertThatThrownBy(elsewhere::getCallerIdentity)
                    .isInstanceOfSatisfying(StsException.class, e -> assertError(e, 403, "SignatureDoesNotMatch"))
                    .hasMessageContaining("Credential should be scoped to a valid region");
        }
    }

    @Test
    void aKeyOfASessionIsUnknownWithoutItsToken() {
        var bare = StaticCredentialsProvider.create(
                AwsBasicCredentials.create(session.accessKeyId(), session.secretAccessKey()));
        try (StsClient half = client(bare, Accounts.SOURCE_REGION)) {
            assertThatThrownBy(half::getCallerIdentity)
                    .isInstanceOfSatisfying(StsException.class, e -> assertError(e, 403, "InvalidClientTokenId"));
        }
    }

    // A switch that does nothing passes every test of a fault: what it has met is counted.
    @ParameterizedTest
    @CsvSource({"THROTTLE,400,Throttling", "ACCESS_DENIED,403,AccessDenied", "INTERNAL_FAILURE,500,InternalFailure"})
    void aFaultOfOneActionLeavesTheOthersAlone(StsFault fault, int status, String code) {
        server.fault(fault, "GetCallerIdentity");
        assertThatThrownBy(bridge::getCallerIdentity)
                .isInstanceOfSatisfying(StsException.class, e -> assertError(e, status, code));
        bridge.assumeRole(request -> request.roleArn(Accounts.ROLE_ARN).roleSessionName("bridge"));
        assertThat(server.met()).isEqualTo(1);
        server.fault(fault);
        assertThat(server.met()).isZero();
        assertThatThrownBy(() -> bridge.assumeRole(
                        request -> request.roleArn(Accounts.ROLE_ARN).roleSessionName("bridge")))
                .isInstanceOfSatisfying(StsException.class, e -> assertError(e, status, code));
        assertThat(server.met()).isEqualTo(1);
        server.fault(StsFault.NONE);
        bridge.getCallerIdentity();
        assertThat(server.met()).isZero();
    }

    @Test
    void whatIsNotAnsweredIsCountedToo() {
        server.fault(StsFault.RESET);
        assertThatThrownBy(bridge::getCallerIdentity).isInstanceOf(SdkClientException.class);
        // The SDK's HTTP client asks once more by itself when a connection that it kept is closed.
        assertThat(server.met()).isPositive();
        server.fault(StsFault.GARBAGE);
        assertThat(bridge.getCallerIdentity().arn()).as("in a page of HTML").isNull();
        assertThat(server.met()).isEqualTo(1);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void aHangingActionIsCountedAndLetGoWithTheFault() {
        server.fault(StsFault.HANG, "AssumeRoleWithWebIdentity");
        bridge.getCallerIdentity();
        var hanging = CompletableFuture.runAsync(() -> withToken(provider.issue(Duration.ofMinutes(1))));
        await().until(() -> server.met() >= 1);
        assertThat(hanging).isNotDone();
        server.fault(StsFault.NONE);
        await().until(hanging::isDone);
    }

    private void withToken(String token) {
        nobody.assumeRoleWithWebIdentity(request ->
                request.roleArn(Accounts.BRIDGE_ROLE_ARN).roleSessionName("pod").webIdentityToken(token));
    }

    private static void assertError(StsException error, int status, String code) {
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
    }

    private static AwsCredentialsProvider sessionOf(Identity identity) {
        return StaticCredentialsProvider.create(AwsSessionCredentials.create(
                identity.accessKeyId(),
                identity.secretAccessKey(),
                identity.sessionToken().orElseThrow()));
    }

    private StsClient client(AwsCredentialsProvider credentials, String region) {
        return StsClient.builder()
                .region(Region.of(region))
                .endpointOverride(server.endpoint())
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }
}
