package io.github.kinesisiot.credentials;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.StsCall;
import io.github.kinesisiot.cloud.StsFault;
import io.github.kinesisiot.config.RoleSettings;
import io.github.kinesisiot.config.SessionTags;
import io.github.kinesisiot.time.SystemProperties;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped route {@code assume-role} and the SDK against an STS that checks signatures. */
class AssumeRoleRouteIT {
    private static final String POLICY =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"*\"}]}";

    private final LocalCloud cloud = LocalCloud.start(
            CloudOptions.defaults().only(Part.STS).externalId("tenant-7").maxSessionDuration(Duration.ofHours(2)));
    private final CamelContext camel = new DefaultCamelContext();
    private final SystemProperties properties = new SystemProperties();
    private final Map<String, String> sdk = Map.of(
            "aws.endpointUrlSts", cloud.environment().get("AWS_ENDPOINT_URL_STS"),
            "aws.region", cloud.environment().get("AWS_REGION"),
            "aws.accessKeyId", cloud.environment().get("AWS_ACCESS_KEY_ID"),
            "aws.secretAccessKey", cloud.environment().get("AWS_SECRET_ACCESS_KEY"));
    private AssumedRoleCredentials credentials;

    @BeforeEach
    void startRoute() throws Exception {
        properties.set(sdk);
        camel.getPropertiesComponent()
                .addInitialProperty("kinesis.region", cloud.environment().get("AWS_REGION"));
        var resource = PluginHelper.getResourceLoader(camel)
                .resolveResource("file:" + Path.of("routes/assume-role.camel.yaml"));
        PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
    }

    @AfterEach
    void stop() {
        camel.stop();
        properties.close();
        cloud.close();
    }

    // The seed's bug: the second session asked for with the first one's credentials, which AWS refuses.
    @Test
    void everySessionIsAskedForWithTheSourceCredentials() throws Exception {
        cloud.sts().sessionLifetime(Duration.ofSeconds(3));
        start(role("tenant-7", Duration.ofHours(1)));
        await().until(() -> cloud.sts().sessions().size() >= 3);
        List<StsCall> calls = cloud.sts().calls();
        assertThat(calls).allSatisfy(call -> {
            assertThat(call.outcome()).isEqualTo("OK");
            assertThat(call.callerArn()).contains(":111111111111:").doesNotContain("assumed-role");
            assertThat(call.parameters())
                    .containsEntry("RoleSessionName", "bridge-test")
                    .containsEntry("SourceIdentity", "alice")
                    .containsEntry("ExternalId", "tenant-7");
        });
        assertThat(credentials.current()).isPresent();
    }

    // An AccessDenied that does not say which of two accounts to fix costs a day.
    @Test
    void aRefusalSaysWhatToChangeAndWhere() throws Exception {
        start(role("somebody-else", Duration.ofHours(1)));
        await().until(() -> credentials.problem().isPresent());
        assertThat(credentials.problem().orElseThrow())
                .contains("ACCESS_DENIED")
                .contains("sts:AssumeRole on " + cloud.roleArn())
                .contains("trust policy")
                .doesNotContain("somebody-else");
    }

    // AWS refuses a duration above the role's own; the setting to change must be named.
    @Test
    void aDurationAboveTheRolesMaximumNamesTheSetting() throws Exception {
        start(role("tenant-7", Duration.ofHours(3)));
        await().until(() -> credentials.problem().isPresent());
        assertThat(credentials.problem().orElseThrow())
                .contains("DURATION_ABOVE_MAXIMUM")
                .contains("external.role.session-duration");
    }

    // STS away at the start must not fail the start, and its return must be noticed.
    @Test
    void aStsThatComesLateIsWaitedFor() throws Exception {
        cloud.sts().fault(StsFault.INTERNAL_FAILURE);
        start(role("tenant-7", Duration.ofHours(1)));
        await().until(() -> credentials.problem().isPresent());
        assertThat(credentials.problem().orElseThrow()).contains("SERVER_ERROR");
        cloud.sts().fault(StsFault.NONE);
        await().until(() -> credentials.current().isPresent());
        assertThat(credentials.problem()).isEmpty();
    }

    // The SDK retries by itself: each failure of ours was four calls to STS, which is how one is throttled for good.
    @ParameterizedTest
    @EnumSource(names = {"THROTTLE", "INTERNAL_FAILURE", "ACCESS_DENIED"})
    void eachFailureIsOneCallToSts(StsFault fault) throws Exception {
        cloud.sts().fault(fault);
        start(role("tenant-7", Duration.ofHours(1)));
        await().until(() -> cloud.sts().calls().size() >= (fault == StsFault.ACCESS_DENIED ? 1 : 2));
        await().until(() -> failures() >= cloud.sts().calls().size());
        assertThat(failures()).isEqualTo(cloud.sts().calls().size());
    }

    // An STS that takes the request and is silent must not hold up the renewal for longer than one time-out.
    @Test
    @Tag("long")
    void aHangingStsIsGivenUpAndAskedAgain() throws Exception {
        cloud.sts().fault(StsFault.HANG);
        start(role("tenant-7", Duration.ofHours(1)));
        await().until(() -> credentials.problem().orElse("").contains("NO_ANSWER"));
        cloud.sts().fault(StsFault.NONE);
        await().until(() -> credentials.current().isPresent());
        assertThat(cloud.sts().calls()).hasSize(1);
    }

    // An option that is parsed and forgotten on the way gives a session that may do more than was meant.
    @Test
    void everythingThatNarrowsTheSessionReachesSts() throws Exception {
        start(new RoleSettings(
                cloud.roleArn(),
                "bridge-test",
                Duration.ofMinutes(15),
                Optional.of("tenant-7"),
                Optional.empty(),
                Optional.of(new SessionTags(Map.of("team", "iot"), Set.of("team"))),
                Optional.of(POLICY),
                List.of("arn:aws:iam::222222222222:policy/a", "arn:aws:iam::aws:policy/b")));
        await().until(() -> credentials.current().isPresent());
        assertThat(cloud.sts().calls().get(0).parameters())
                .containsEntry("DurationSeconds", "900")
                .containsEntry("Tags.member.1.Key", "team")
                .containsEntry("Tags.member.1.Value", "iot")
                .containsEntry("TransitiveTagKeys.member.1", "team")
                .containsEntry("Policy", POLICY)
                .containsEntry("PolicyArns.member.1.arn", "arn:aws:iam::222222222222:policy/a")
                .containsEntry("PolicyArns.member.2.arn", "arn:aws:iam::aws:policy/b");
    }

    private long failures() {
        return Arrays.stream(StsTrouble.values())
                .mapToLong(trouble -> credentials.counts().failures(trouble))
                .sum();
    }

    private void start(RoleSettings role) throws Exception {
        credentials = new AssumedRoleCredentials(
                RoleRequest.of(role),
                new AssumeRoleRoute(camel),
                Clock.systemUTC(),
                Executors.newSingleThreadScheduledExecutor(),
                new SplittableRandom(1));
        var service = new SessionService(credentials);
        camel.addService(service);
        camel.addStartupListener(service);
        camel.start();
    }

    private RoleSettings role(String externalId, Duration duration) {
        return new RoleSettings(
                cloud.roleArn(),
                "bridge-test",
                duration,
                Optional.of(externalId),
                Optional.of("alice"),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
