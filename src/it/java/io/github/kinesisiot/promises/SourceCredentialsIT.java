package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Source;
import io.github.kinesisiot.cloud.GateConnection;
import io.github.kinesisiot.cloud.GateRefusal;
import io.github.kinesisiot.cloud.ManagementPort;
import io.github.kinesisiot.cloud.Session;
import io.github.kinesisiot.cloud.StsCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The bridge with the credentials that it has in production: sessions of a role of its own, which somebody replaces while it runs. Those of
 * the target are sessions too, assumed with them. All are of seconds, so that several end while records flow. The stories are told beside each
 * other, since they wait more than they work.
 */
class SourceCredentialsIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int PER_SECOND = 20;
    /** Of the source's keys, which are replaced twice as often. */
    private static final Duration KEYS_LAST = Duration.ofSeconds(16);

    /** A third of it is there for the connections to move, on a busy machine too. */
    private static final Duration ROLE_LASTS = Duration.ofSeconds(20);

    private static final int SESSIONS_OF_THE_ROLE = 3;
    /** The longest pause after a refusal that waits for a person, and some. */
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(150);

    private static ExecutorService beside;
    private static Future<?> container;
    private static Future<?> webIdentity;
    private static Future<?> shutOut;

    @BeforeAll
    static void begin() {
        beside = Executors.newFixedThreadPool(4);
        container = beside.submit(() -> rotating(Source.CONTAINER));
        webIdentity = beside.submit(() -> rotating(Source.WEB_IDENTITY));
        shutOut = beside.submit(SourceCredentialsIT::shutOut);
    }

    @AfterAll
    static void end() {
        beside.shutdownNow();
    }

    // A bridge that keeps the keys it was started with reads on until they end, an hour in production, and never again.
    @Test
    void recordsKeepArrivingWhileTheKeysOfTheContainerAreReplaced() throws Exception {
        container.get(5, TimeUnit.MINUTES);
    }

    // The same with a token in a file: one that is read at the start alone is worth nothing at its end.
    @Test
    void recordsKeepArrivingWhileTheTokenOfTheWebIdentityIsReplaced() throws Exception {
        webIdentity.get(5, TimeUnit.MINUTES);
    }

    // Whoever hands out the keys has its bad minutes. A bridge that then says nothing, or has to be started anew, makes
    // a night of it. It takes up to two minutes, since the bridge takes it for something that waits for a person.
    @Tag("long")
    @Test
    void keysThatEndAreToldByReadinessAndNewOnesAreEnough() throws Exception {
        beside.submit(SourceCredentialsIT::stopped).get(6, TimeUnit.MINUTES);
    }

    // The answer to a leaked session. A bridge that keeps to the session that was shut out is shut out with it.
    @Test
    void aSessionThatIsShutOutIsReplacedByAnother() throws Exception {
        shutOut.get(5, TimeUnit.MINUTES);
    }

    private static void rotating(Source source) {
        try (var load = new UnderLoad(options(source), PER_SECOND);
                var bridge = load.bridge("rotating", Map.of())) {
            load.feed();
            load.awaitMore(PER_SECOND, LIMIT, bridge);
            Instant end = load.now().plus(KEYS_LAST.multipliedBy(2));
            await().atMost(LIMIT).until(() -> {
                bridge.check();
                return load.now().isAfter(end) && load.cloud.sts().sessions().size() >= SESSIONS_OF_THE_ROLE;
            });
            load.awaitCaughtUp(LIMIT, bridge);
            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            assertThat(bridge.stop()).contains(143);
            load.assertAtLeastOnceInOrder();

            List<StsCall> calls = load.cloud.sts().calls();
            assertThat(calls).allSatisfy(call -> assertThat(call.outcome()).isEqualTo("OK"));
            assertThat(keysOf(calls, "AssumeRole"))
                    .as("keys of the source that the target's role was asked for with")
                    .hasSizeGreaterThanOrEqualTo(SESSIONS_OF_THE_ROLE)
                    .isSubsetOf(load.cloud.source().sessions().stream()
                            .map(Session::accessKeyId)
                            .collect(Collectors.toSet()));
            assertThat(calls.stream()
                            .filter(call -> call.action().equals("AssumeRole"))
                            .map(StsCall::callerArn))
                    .allMatch(arn -> arn.startsWith("arn:aws:sts::111111111111:assumed-role/bridge/"));
            assertThat(load.cloud.iot().refusals()).isEmpty();
            assertThat(bridge.log())
                    .doesNotContain("ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId")
                    .doesNotContain(secrets(load));
        }
    }

    private static void stopped() {
        try (var load = new UnderLoad(options(Source.POD_IDENTITY), PER_SECOND);
                var bridge = load.bridge("stopped", Map.of())) {
            load.feed();
            load.awaitMore(PER_SECOND, LIMIT, bridge);
            await().atMost(LIMIT).until(bridge::ready);

            load.cloud.source().pauseRotation();
            await().atMost(LIMIT).until(() -> {
                bridge.check();
                return !bridge.ready()
                        && readiness(bridge).contains("SOURCE_CREDENTIALS_EXPIRED")
                        && readiness(bridge).contains("the SOURCE credentials have expired");
            });
            assertThat(outcomes(load)).contains("ExpiredToken");

            load.cloud.source().resumeRotation();
            await().atMost(ASKED_AGAIN).until(() -> {
                bridge.check();
                return bridge.ready();
            });
            load.awaitCaughtUp(LIMIT, bridge);
            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            load.assertAtLeastOnceInOrder();
            assertThat(bridge.log()).doesNotContain(secrets(load));
            assertThat(bridge.stop()).contains(143);
        }
    }

    private static void shutOut() {
        var options = CloudOptions.defaults().shards(1);
        try (var load = new UnderLoad(options, PER_SECOND);
                var bridge = load.bridge("shut-out", Map.of())) {
            load.feed();
            load.awaitMore(PER_SECOND, LIMIT, bridge);
            assertThat(load.cloud.sts().sessions()).hasSize(1);

            load.cloud.sts().revokeOlderSessions();
            load.cloud.iot().cutAll();
            await().atMost(LIMIT).until(() -> {
                bridge.check();
                return isConnectedWith(2, load);
            });
            load.awaitCaughtUp(LIMIT, bridge);
            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            load.assertAtLeastOnceInOrder();
            assertThat(load.cloud.iot().refusals())
                    .isNotEmpty()
                    .extracting(GateRefusal::reason)
                    .containsOnly("RevokedSession");
            assertThat(load.cloud.sts().sessions())
                    .as("one new session, however many connections were refused")
                    .hasSize(2);
            await().atMost(LIMIT).until(bridge::ready);
            assertThat(bridge.stop()).contains(143);
        }
    }

    private static boolean isConnectedWith(long session, UnderLoad load) {
        List<GateConnection> live = load.cloud.iot().live();
        return !live.isEmpty() && live.stream().allMatch(connection -> connection.session() == session);
    }

    private static CloudOptions options(Source source) {
        return CloudOptions.defaults().shards(1).source(source, KEYS_LAST).sessionLifetime(ROLE_LASTS);
    }

    private static Set<String> keysOf(List<StsCall> calls, String action) {
        return calls.stream()
                .filter(call -> call.action().equals(action))
                .map(StsCall::callerKey)
                .collect(Collectors.toSet());
    }

    private static Set<String> outcomes(UnderLoad load) {
        return load.cloud.sts().calls().stream().map(StsCall::outcome).collect(Collectors.toSet());
    }

    private static String readiness(BridgeProcess bridge) {
        return bridge.answer("/observe/health/ready")
                .map(ManagementPort.Answer::toString)
                .orElse("");
    }

    /** How session tokens and tokens of a web identity begin, and what the endpoint for containers asks for. */
    private static String[] secrets(UnderLoad load) {
        return new String[] {
            "IQoJ", "eyJ", load.cloud.source().environment().getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", "IQoJ")
        };
    }
}
