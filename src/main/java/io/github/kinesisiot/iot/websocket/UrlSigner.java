package io.github.kinesisiot.iot.websocket;

import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Signs the upgrade request the way AWS IoT Core wants it: SigV4 in the query, service {@code iotdevicegateway}, only the Host header
 * signed, hash of an empty body, and the session token appended after the signature instead of being part of it.
 *
 * <p>Thread-safe. A signature is good for a few minutes around the clock's now, so sign right before connecting.
 */
public final class UrlSigner {

    private static final String SERVICE = "iotdevicegateway";
    private static final String PATH = "/mqtt";
    // Without an expiration the SDK signs x-amz-content-sha256 as a second header, and AWS IoT Core refuses that.
    private static final Duration EXPIRATION = Duration.ofMinutes(5);

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final String region;
    private final Clock clock;

    public UrlSigner(String region, Clock clock) {
        this.region = region;
        this.clock = clock;
    }

    public RequestTarget sign(BrokerAddress address, AwsCredentials credentials) {
        // Always https with its port 443 implied: the signed host then has a port by the rule of
        // BrokerAddress.hostHeader().
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .protocol("https")
                .host(address.bracketedHost())
                .port(address.port())
                .encodedPath(PATH)
                .putHeader("Host", address.hostHeader())
                .build();
        // The token stays out of the identity: the SDK would sign it.
        AwsCredentialsIdentity keys =
                AwsCredentialsIdentity.create(credentials.accessKeyId(), credentials.secretAccessKey());
        SdkHttpRequest signed = signer.sign(r -> r.identity(keys)
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, EXPIRATION)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request();
        String query = signed.encodedQueryParameters().orElseThrow();
        if (credentials instanceof AwsSessionCredentials session) {
            query += "&X-Amz-Security-Token=" + SdkHttpUtils.urlEncode(session.sessionToken());
        }
        return new RequestTarget(PATH + "?" + query);
    }
}
