package io.github.kinesisiot.cloud;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/** WebSocket URLs for AWS IoT Core, signed by AWS's own signer, for tests of the endpoint. */
public final class PresignedUrl {
    private PresignedUrl() {}

    /** The token appended to the signed URL, as AWS IoT Core wants it. */
    public static URI sign(String endpoint, AwsCredentials credentials, Clock clock) {
        AwsCredentials withoutToken =
                AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey());
        String token = credentials instanceof AwsSessionCredentials session
                ? "&X-Amz-Security-Token=" + URLEncoder.encode(session.sessionToken(), StandardCharsets.UTF_8)
                : "";
        return URI.create(signWith(withoutToken, endpoint, clock) + token);
    }

    /** A token among the credentials is part of what is signed. */
    static URI signWith(AwsCredentials credentials, String endpoint, Clock clock) {
        return signWith(credentials, endpoint, clock, Map.of());
    }

    /** @param headers to be signed as well */
    static URI signWith(AwsCredentials credentials, String endpoint, Clock clock, Map<String, String> headers) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(URI.create("https://" + endpoint + "/mqtt"));
        headers.forEach(request::putHeader);
        URI signed = AwsV4HttpSigner.create()
                .sign(b -> b.identity(credentials)
                        .request(request.build())
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "iotdevicegateway")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, Accounts.TARGET_REGION)
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(1))
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request()
                .getUri();
        return URI.create("wss" + signed.toString().substring("https".length()));
    }
}
