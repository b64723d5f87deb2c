package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/** Our verifier against AWS's own signer: what that signs is accepted, and nothing else. */
class SigV4VerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String HERE = "http://127.0.0.1:4566/";
    private static final String BODY = "Action=GetCallerIdentity&Version=2011-06-15";

    private final Identities identities = new Identities(CLOCK);
    private final Identity session = identities.issue("test", Duration.ofMinutes(15));
    private final Identity source = identities.issueSource("bridge", Duration.ofMinutes(15));
    private final SigV4Verifier sts = new SigV4Verifier("sts", Accounts.SOURCE_REGION, CLOCK, identities::find);
    private final SigV4Verifier iot =
            new SigV4Verifier("iotdevicegateway", Accounts.TARGET_REGION, CLOCK, identities::find);

    private final SigV4Verifier kinesis = sourceService("kinesis", CLOCK);

    @Test
    void aHeaderSignedByTheUserIsAccepted() {
        assertThat(sts.verifyHeader(signed(identities.user(), "http://127.0.0.1:4566/?b=2&a=x%20y&c=%2F", CLOCK)))
                .isEqualTo(identities.user());
    }

    @Test
    void aHeaderSignedByASessionIsAccepted() {
        assertThat(sts.verifyHeader(signed(session, "https://sts.eu-west-1.amazonaws.com/", CLOCK)))
                .isEqualTo(session);
    }

    // A port other than 443 is part of the signed host.
    @ParameterizedTest
    @ValueSource(strings = {"localhost:8443", "localhost:443", "a1b2-ats.iot.eu-central-1.amazonaws.com"})
    void aWebSocketUrlIsAcceptedOnAnyPort(String endpoint) {
        assertThat(iot.verifyWebSocketUrl(url(endpoint, session, CLOCK))).isEqualTo(session);
    }

    @Test
    void theTokenHasTheCharactersThatMustBeEscaped() {
        assertThat(session.sessionToken().orElseThrow()).contains("+", "/", "=");
        SignedRequest raw = changed(url("localhost:8443", session, CLOCK), query -> query.replace("%2B", "+"));
        assertRefused("InvalidClientTokenId", () -> iot.verifyWebSocketUrl(raw));
    }

    @ParameterizedTest
    @ValueSource(ints = {-301, 301})
    void aSignatureMoreThanFiveMinutesOffIsRefused(int seconds) {
        Clock other = Clock.offset(CLOCK, Duration.ofSeconds(seconds));
        assertRefused("SignatureDoesNotMatch", () -> iot.verifyWebSocketUrl(url("localhost:1", session, other)));
        assertRefused("SignatureDoesNotMatch", () -> sts.verifyHeader(signed(session, "http://localhost:1/", other)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-299, 299})
    void aSignatureLessThanFiveMinutesOffIsAccepted(int seconds) {
        Clock other = Clock.offset(CLOCK, Duration.ofSeconds(seconds));
        assertThat(iot.verifyWebSocketUrl(url("localhost:1", session, other))).isEqualTo(session);
    }

    @Test
    void anExpiredSessionIsRefused() {
        Clock later = Clock.offset(CLOCK, Duration.ofMinutes(15));
        SigV4Verifier then = new SigV4Verifier("iotdevicegateway", Accounts.TARGET_REGION, later, identities::find);
        assertRefused("ExpiredToken", () -> then.verifyWebSocketUrl(url("localhost:1", session, later)));
    }

    // Two regions, so that a bridge which signs for the source's region at the target's endpoint is noticed.
    @Test
    void aSignatureForAnotherRegionIsRefused() {
        assertRefused(
                sts,
                signed(identities.user(), HERE, CLOCK, "sts", Accounts.TARGET_REGION),
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not 'eu-central-1'.");
        assertRefused(
                kinesis,
                signed(identities.user(), HERE, CLOCK, "kinesis", Accounts.TARGET_REGION),
                400,
                "InvalidSignatureException",
                "Credential should be scoped to a valid region, not 'eu-central-1'.");
    }

    @Test
    void aSessionWithoutItsTokenOrWithAnothersIsUnknown() {
        Identity other = identities.issueSource("other", Duration.ofMinutes(15));
        List.of(
                        bare(source),
                        with(source, other.sessionToken().orElseThrow()),
                        with(identities.user(), source.sessionToken().orElseThrow()))
                .forEach(wrong -> {
                    assertRefused(
                            sts,
                            signed(wrong, HERE, CLOCK, "sts", Accounts.SOURCE_REGION),
                            403,
                            "InvalidClientTokenId",
                            "The security token included in the request is invalid.");
                    assertRefused(
                            kinesis,
                            signed(wrong, HERE, CLOCK, "kinesis", Accounts.SOURCE_REGION),
                            400,
                            "UnrecognizedClientException",
                            "The security token included in the request is invalid.");
                });
    }

    @Test
    void anExpiredSessionIsNamedAsTheServiceNamesIt() {
        Clock later = Clock.offset(CLOCK, Duration.ofMinutes(15));
        String words = "The security token included in the request is expired";
        SigV4Verifier stsThen = new SigV4Verifier("sts", Accounts.SOURCE_REGION, later, identities::find);
        assertRefused(stsThen, signed(source, HERE, later), 403, "ExpiredToken", words);
        assertRefused(
                sourceService("kinesis", later),
                signed(source, HERE, later, "kinesis", Accounts.SOURCE_REGION),
                400,
                "ExpiredTokenException",
                words);
        assertRefused(
                sourceService("dynamodb", later),
                signed(source, HERE, later, "dynamodb", Accounts.SOURCE_REGION),
                400,
                "ExpiredTokenException",
                words);
    }

    // With the target's session the bridge must not get at the stream: it would be one account with two names.
    @Test
    void anotherAccountsIdentityHasNoPermission() {
        assertThat(kinesis.verifyHeader(signed(source, HERE, CLOCK, "kinesis", Accounts.SOURCE_REGION)))
                .isEqualTo(source);
        assertRefused(
                kinesis,
                signed(session, HERE, CLOCK, "kinesis", Accounts.SOURCE_REGION),
                400,
                "AccessDeniedException",
                "User: arn:aws:sts::222222222222:assumed-role/kinesis-iot-bridge/test is not authorized to perform:"
                        + " kinesis:GetRecords on resource: * because no identity-based policy allows the kinesis:GetRecords action");
    }

    @Test
    void eachChangedPartOfAWebSocketUrlIsRefused() {
        SignedRequest good = url("localhost:8443", session, CLOCK);
        assertChangeRefused(
                good, "X-Amz-Signature=[0-9a-f]{64}", "X-Amz-Signature=" + "0".repeat(64), "SignatureDoesNotMatch");
        assertChangeRefused(good, "X-Amz-Date=\\d{8}T1200", "X-Amz-Date=20261122T1201", "SignatureDoesNotMatch");
        assertChangeRefused(good, "X-Amz-Expires=60", "X-Amz-Expires=61", "SignatureDoesNotMatch");
        assertChangeRefused(good, "$", "&extra=1", "SignatureDoesNotMatch");
        assertChangeRefused(good, "eu-central-1", "eu-west-1", "SignatureDoesNotMatch");
        assertChangeRefused(good, "iotdevicegateway", "iotdata", "SignatureDoesNotMatch");
        assertChangeRefused(good, "SignedHeaders=host", "SignedHeaders=host%3Bx", "SignatureDoesNotMatch");
        assertChangeRefused(good, "Credential=A", "Credential=B", "InvalidClientTokenId");
        assertChangeRefused(good, "Token=I", "Token=J", "InvalidClientTokenId");
        assertChangeRefused(good, "&X-Amz-Security-Token=.*", "", "InvalidClientTokenId");
        assertChangeRefused(
                good, "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none", "MissingAuthenticationToken");
        assertRefused(
                "SignatureDoesNotMatch",
                () -> iot.verifyWebSocketUrl(copy(good, "POST", "/mqtt", "localhost:8443", "")));
        assertRefused(
                "SignatureDoesNotMatch",
                () -> iot.verifyWebSocketUrl(copy(good, "GET", "/mqtt2", "localhost:8443", "")));
        assertRefused(
                "SignatureDoesNotMatch", () -> iot.verifyWebSocketUrl(copy(good, "GET", "/mqtt", "localhost", "")));
    }

    // AWS IoT refuses a URL whose token is part of what was signed, which is what most signers do.
    @Test
    void aWebSocketUrlWithASignedTokenIsRefused() {
        AwsCredentials withToken = credentials(session);
        URI uri = PresignedUrl.signWith(withToken, "localhost:8443", CLOCK);
        assertRefused("SignatureDoesNotMatch", () -> iot.verifyWebSocketUrl(request(uri)));
    }

    // A client may sign more of its upgrade than the host, as AWS lets it; a gate that refuses that is stricter than
    // AWS, one that
    // does not look is of no use.
    @Test
    void aWebSocketUrlIsCheckedWithAllTheHeadersThatItSigned() {
        Map<String, String> signed = Map.of("Upgrade", "websocket", "Sec-WebSocket-Protocol", "mqtt", "X-Amz-Own", "1");
        AwsCredentials user = credentials(identities.user());
        URI uri = PresignedUrl.signWith(user, "localhost:8443", CLOCK, signed);
        assertThat(uri.getRawQuery()).contains("SignedHeaders=host%3Bsec-websocket-protocol%3Bupgrade%3Bx-amz-own");
        Map<String, List<String>> headers = new HashMap<>(request(uri).headers());
        signed.forEach((name, value) -> headers.put(name, List.of(value)));
        headers.put("User-Agent", List.of("not signed"));
        SignedRequest good = new SignedRequest("GET", "/mqtt", uri.getRawQuery(), headers, new byte[0]);
        assertThat(iot.verifyWebSocketUrl(good)).isEqualTo(identities.user());

        assertRefused("SignatureDoesNotMatch", () -> iot.verifyWebSocketUrl(without(good, "Upgrade")));
        headers.put("Upgrade", List.of("other"));
        SignedRequest other = new SignedRequest("GET", "/mqtt", uri.getRawQuery(), headers, new byte[0]);
        assertRefused("SignatureDoesNotMatch", () -> iot.verifyWebSocketUrl(other));
        assertUrlRefused(good, "host%3B", "", "'Host' must be signed");
        assertUrlRefused(good, "%3Bx-amz-own", "", "not signed: x-amz-own");
        assertUrlRefused(good, "host%3Bsec-websocket-protocol", "sec-websocket-protocol%3Bhost", "in order");
        assertUrlRefused(good, "%3Bupgrade", "%3BUpgrade", "in lower case");
    }

    private void assertUrlRefused(SignedRequest good, String part, String replacement, String words) {
        SignedRequest changed = changed(good, query -> query.replace(part, replacement));
        assertThatThrownBy(() -> iot.verifyWebSocketUrl(changed))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(words);
    }

    @Test
    void eachChangedPartOfASignedHeaderIsRefused() {
        SignedRequest good = signed(session, "http://localhost:4566/", CLOCK);
        String host = "localhost:4566";
        assertRefused("SignatureDoesNotMatch", () -> sts.verifyHeader(copy(good, "POST", "/", host, BODY + "&x=1")));
        assertRefused("SignatureDoesNotMatch", () -> sts.verifyHeader(copy(good, "POST", "/x", host, BODY)));
        assertRefused("SignatureDoesNotMatch", () -> sts.verifyHeader(copy(good, "GET", "/", host, BODY)));
        assertRefused("SignatureDoesNotMatch", () -> sts.verifyHeader(copy(good, "POST", "/", "localhost:1", BODY)));
        assertRefused("MissingAuthenticationToken", () -> sts.verifyHeader(without(good, "Authorization")));
        assertRefused("InvalidClientTokenId", () -> sts.verifyHeader(without(good, "X-Amz-Security-Token")));
        assertRefused("SignatureDoesNotMatch", () -> iot.verifyHeader(good));
        assertThat(sts.verifyHeader(copy(good, "POST", "/", host, BODY))).isEqualTo(session);
    }

    private void assertChangeRefused(SignedRequest good, String pattern, String replacement, String code) {
        SignedRequest changed = changed(good, query -> query.replaceFirst(pattern, replacement));
        assertThat(changed.rawQuery()).as(pattern).isNotEqualTo(good.rawQuery());
        assertRefused(code, () -> iot.verifyWebSocketUrl(changed));
    }

    private static void assertRefused(
            SigV4Verifier verifier, SignedRequest request, int status, String code, String message) {
        assertThatThrownBy(() -> verifier.verifyHeader(request))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.status()).isEqualTo(status);
                })
                .hasMessage(message);
    }

    private SigV4Verifier sourceService(String service, Clock clock) {
        return new SigV4Verifier(
                service, Accounts.SOURCE_REGION, Optional.of(Accounts.SOURCE), clock, identities::find);
    }

    private static AwsCredentials bare(Identity signer) {
        return AwsBasicCredentials.create(signer.accessKeyId(), signer.secretAccessKey());
    }

    private static AwsCredentials with(Identity signer, String token) {
        return AwsSessionCredentials.create(signer.accessKeyId(), signer.secretAccessKey(), token);
    }

    private static void assertRefused(String code, Runnable verification) {
        assertThatThrownBy(verification::run).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    private static SignedRequest changed(SignedRequest good, UnaryOperator<String> query) {
        return new SignedRequest(
                good.method(), good.rawPath(), query.apply(good.rawQuery()), good.headers(), good.body());
    }

    private static SignedRequest copy(SignedRequest good, String method, String path, String host, String body) {
        Map<String, List<String>> headers = new HashMap<>(good.headers());
        headers.keySet().removeIf("host"::equalsIgnoreCase);
        headers.put("Host", List.of(host));
        return new SignedRequest(method, path, good.rawQuery(), headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static SignedRequest without(SignedRequest good, String header) {
        Map<String, List<String>> headers = new HashMap<>(good.headers());
        headers.keySet().removeIf(header::equalsIgnoreCase);
        return new SignedRequest(good.method(), good.rawPath(), good.rawQuery(), headers, good.body());
    }

    private static SignedRequest url(String endpoint, Identity signer, Clock clock) {
        return request(PresignedUrl.sign(endpoint, credentials(signer), clock));
    }

    private static SignedRequest request(URI uri) {
        String host = uri.getPort() == -1 || uri.getPort() == 443 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        return new SignedRequest(
                "GET", uri.getRawPath(), uri.getRawQuery(), Map.of("Host", List.of(host)), new byte[0]);
    }

    private static SignedRequest signed(Identity signer, String uri, Clock clock) {
        return signed(signer, uri, clock, "sts", Accounts.SOURCE_REGION);
    }

    private static SignedRequest signed(Identity signer, String uri, Clock clock, String service, String region) {
        return signed(credentials(signer), uri, clock, service, region);
    }

    private static SignedRequest signed(AwsCredentials signer, String uri, Clock clock, String service, String region) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(uri))
                .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .putHeader("X-Spaces", "  two  inner   ones ")
                .putHeader("X-Amz-Target", "Kinesis_20131202.GetRecords")
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(b -> b.identity(signer)
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(BODY.getBytes(StandardCharsets.UTF_8)))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request();
        return new SignedRequest(
                "POST",
                signed.encodedPath(),
                Optional.ofNullable(URI.create(uri).getRawQuery()).orElse(""),
                signed.headers(),
                BODY.getBytes(StandardCharsets.UTF_8));
    }

    private static AwsCredentials credentials(Identity signer) {
        return signer.sessionToken()
                .map(token -> (AwsCredentials)
                        AwsSessionCredentials.create(signer.accessKeyId(), signer.secretAccessKey(), token))
                .orElseGet(() -> AwsBasicCredentials.create(signer.accessKeyId(), signer.secretAccessKey()));
    }
}
