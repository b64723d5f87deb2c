package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** The bean in the hands of other clients of the SDK. */
class SharedCredentialsTest {

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-01-01T00:00:00Z"));
    private int sessions;

    // A user's client that is closed, as at every reload of a route, must not end the renewal for the broker's
    // connections.
    @Test
    void closingAClientLeavesTheRenewalRunning() {
        var credentials = new AssumedRoleCredentials(
                AssumeRoleRequest.builder()
                        .roleArn("arn:aws:iam::222222222222:role/bridge")
                        .build(),
                this::sts,
                time,
                time.timer(),
                new SplittableRandom(1));
        credentials.start();
        time.advance(Duration.ofMinutes(1));
        KinesisClient.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder())
                .build()
                .close();
        time.advance(Duration.ofHours(2));
        assertThat(sessions).isGreaterThan(2);
        assertThat(credentials.current()).isPresent();
    }

    private AssumeRoleResponse sts(AssumeRoleRequest request) {
        sessions++;
        return AssumeRoleResponse.builder()
                .credentials(given -> given.accessKeyId("ASIA" + sessions)
                        .secretAccessKey("secret")
                        .sessionToken("token")
                        .expiration(time.instant().plus(Duration.ofHours(1))))
                .assumedRoleUser(user -> user.arn("arn:aws:sts::222222222222:assumed-role/bridge/test"))
                .build();
    }
}
