package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisiot.time.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hands the bridge its keys in the source account: to nobody else, and new ones before the old ones end. */
class SourceCredentialsTest {
    private static final Duration LIFETIME = Duration.ofMinutes(20);

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final Identities identities = new Identities(time);

    @TempDir
    Path directory;

    @Test
    void theEndpointAnswersAsEcsDoesWhoHasItsAuthorization() throws Exception {
        try (var container = new ContainerCredentials(time, identities, LIFETIME, Optional.empty())) {
            String authorization = container.environment().get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
            var answer = get(container, Optional.of(authorization));
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode keys = Json.read(answer.body()).orElseThrow();
            Identity session = identities.find(keys.get("AccessKeyId").asText()).orElseThrow();
            assertThat(keys.get("SecretAccessKey").asText()).isEqualTo(session.secretAccessKey());
            assertThat(keys.get("Token").asText())
                    .isEqualTo(session.sessionToken().orElseThrow());
            assertThat(keys.get("Expiration").asText()).isEqualTo("2026-11-22T12:20:00Z");
            assertThat(session.arn()).isEqualTo("arn:aws:sts::111111111111:assumed-role/bridge/container");
        }
    }

    // On a shared host everybody reaches the address: without the check the keys are everybody's.
    @Test
    void theEndpointGivesNothingWithoutTheRightAuthorization() throws Exception {
        try (var container = new ContainerCredentials(time, identities, LIFETIME, Optional.empty())) {
            for (Optional<String> wrong : List.of(Optional.<String>empty(), Optional.of("guessed"))) {
                var answer = get(container, wrong);
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).doesNotContain("AccessKeyId");
            }
            assertThat(container.sessions()).isEmpty();
        }
    }

    @Test
    void anAuthorizationInAFileIsWorthNothingOnceItIsReplaced() throws Exception {
        Path file = directory.resolve("authorization");
        try (var pod = new ContainerCredentials(time, identities, LIFETIME, Optional.of(file))) {
            assertThat(pod.environment())
                    .containsEntry("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.toString())
                    .doesNotContainKey("AWS_CONTAINER_AUTHORIZATION_TOKEN");
            String first = Files.readString(file);
            assertThat(get(pod, Optional.of(first)).statusCode()).isEqualTo(200);
            pod.replaceAuthorization();
            assertThat(get(pod, Optional.of(first)).statusCode()).isEqualTo(400);
            assertThat(get(pod, Optional.of(Files.readString(file))).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theEndpointReplacesASessionAtHalfItsTimeUnlessThatIsStopped() throws Exception {
        try (var container = new ContainerCredentials(time, identities, LIFETIME, Optional.empty())) {
            String first = key(container);
            time.advance(LIFETIME.dividedBy(2).minusMillis(1));
            assertThat(key(container)).isEqualTo(first);
            time.advance(Duration.ofMillis(1));
            String second = key(container);
            assertThat(second).isNotEqualTo(first);
            assertThat(identities.find(first).orElseThrow().isExpired(time.instant()))
                    .as("the old one is good for those who have it")
                    .isFalse();
            container.pauseRotation();
            time.advance(LIFETIME.multipliedBy(2));
            assertThat(key(container)).isEqualTo(second);
            assertThat(identities.find(second).orElseThrow().isExpired(time.instant()))
                    .isTrue();
            container.resumeRotation();
            assertThat(key(container)).isNotEqualTo(second);
            assertThat(container.sessions()).hasSize(3);
        }
    }

    @Test
    void theTokenOfTheWebIdentityIsReplacedAtHalfItsTimeUnlessThatIsStopped() throws Exception {
        var provider = new WebIdentityProvider(time);
        Path file = directory.resolve("token");
        try (var pod = new WebIdentityFile(provider, file, LIFETIME, time.timer(), identities::sourceSessions)) {
            assertThat(pod.environment())
                    .containsEntry("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString())
                    .containsEntry("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/bridge");
            String first = Files.readString(file);
            time.advance(LIFETIME.dividedBy(2));
            String second = Files.readString(file);
            assertThat(second).isNotEqualTo(first);
            pod.pauseRotation();
            time.advance(LIFETIME);
            assertThat(Files.readString(file)).isEqualTo(second);
            assertThatThrownBy(() -> provider.subjectOf(second)).hasMessageStartingWith("Token expired");
            pod.resumeRotation();
            assertThat(provider.subjectOf(Files.readString(file))).contains("bridge");
            try (var files = Files.list(directory)) {
                assertThat(files).as("nothing is left beside it").containsExactly(file);
            }
        }
    }

    // What AWS_SESSION_TOKEN is for: with the keys alone STS does not know the session.
    @Test
    void aSessionInTheEnvironmentHasItsTokenAndNobodyReplacesIt() {
        Identity session = identities.issueSource("static", LIFETIME);
        try (var keys = new KeysInEnvironment(session, identities::sourceSessions)) {
            assertThat(keys.environment())
                    .isEqualTo(Map.of(
                            "AWS_ACCESS_KEY_ID", session.accessKeyId(),
                            "AWS_SECRET_ACCESS_KEY", session.secretAccessKey(),
                            "AWS_SESSION_TOKEN", session.sessionToken().orElseThrow()));
            assertThatThrownBy(keys::resumeRotation).isInstanceOf(UnsupportedOperationException.class);
        }
        try (var keys = new KeysInEnvironment(identities.user(), List::of)) {
            assertThat(keys.environment()).containsOnlyKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        }
    }

    private static String key(SourceCredentials container) throws Exception {
        String authorization = container.environment().get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        return Json.read(get(container, Optional.of(authorization)).body())
                .orElseThrow()
                .get("AccessKeyId")
                .asText();
    }

    private static HttpResponse<String> get(SourceCredentials container, Optional<String> authorization)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(container.environment().get("AWS_CONTAINER_CREDENTIALS_FULL_URI")));
        authorization.ifPresent(text -> request.header("Authorization", text));
        return HttpClient.newHttpClient()
                .send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }
}
