package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ServiceFault;
import io.github.kinesisiot.cloud.StsFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 5, a fault is waited out, and promise 6, a refusal says what it is about: somebody takes a statement out of a policy while records flow,
 * and puts it back after a while. One bridge goes through all of it.
 */
class DeniedWhileRunningIT {
    private static final int PER_SECOND = 50;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** How long a statement is missing, from the first refusal on. */
    private static final Duration MISSING = Duration.ofSeconds(4);

    /**
     * From the statement's return to the last of what was put meanwhile. An STS that denies is asked again after half to two minutes: what it needs
     * is a person.
     */
    private static final Duration RECOVERY = Duration.ofSeconds(150);

    private static final String USER = "User: arn:aws:iam::111111111111:user/bridge is not authorized to perform: ";
    private static final String STREAM = " on resource: arn:aws:kinesis:eu-west-1:111111111111:stream/readings";

    /**
     * A statement that is missing.
     *
     * @param met how many requests have been refused for it
     * @param said what the log has to say of it
     */
    private record Denial(
            String name,
            Action begin,
            Action end,
            ToLongBiFunction<LocalCloud, BridgeProcess> met,
            List<String> said) {}

    /** Something done to the cloud. */
    private interface Action {
        void on(LocalCloud cloud);
    }

    private static final List<Denial> DENIALS = List.of(
            kinesis("GetRecords", ServiceFault.ACCESS_DENIED, USER + "kinesis:GetRecords" + STREAM),
            kinesis(
                    "GetRecords",
                    ServiceFault.KMS_ACCESS_DENIED,
                    "User 111111111111:bridge is not authorized to decrypt records in stream 111111111111:readings"),
            new Denial(
                    "kinesis:GetShardIterator",
                    cloud -> {
                        cloud.kinesisFront().fault(ServiceFault.ACCESS_DENIED, "GetShardIterator");
                        // A reader asks for a new one when the old one has ended.
                        cloud.kinesisRules().iteratorsLast(Duration.ZERO);
                    },
                    cloud -> {
                        cloud.kinesisRules().iteratorsLast(Duration.ofMinutes(5));
                        cloud.kinesisFront().fault(ServiceFault.NONE);
                    },
                    (cloud, bridge) -> cloud.kinesisFront().met(),
                    List.of(USER + "kinesis:GetShardIterator" + STREAM)),
            new Denial(
                    "dynamodb:UpdateItem",
                    cloud -> cloud.dynamoDbFront().fault(ServiceFault.ACCESS_DENIED, "UpdateItem"),
                    cloud -> cloud.dynamoDbFront().fault(ServiceFault.NONE),
                    (cloud, bridge) -> cloud.dynamoDbFront().met(),
                    List.of(USER + "dynamodb:UpdateItem on resource: arn:aws:dynamodb:eu-west-1:111111111111:table/"
                            + "readings-iot-bridge")),
            new Denial(
                    "iot:Connect",
                    cloud -> {
                        cloud.iot().fault(GateFault.NOT_AUTHORIZED);
                        // One that was being let in just then comes a moment later.
                        await().atMost(LIMIT).during(Duration.ofSeconds(1)).until(() -> {
                            cloud.iot().cutAll();
                            return cloud.iot().live().isEmpty();
                        });
                    },
                    cloud -> cloud.iot().fault(GateFault.NONE),
                    // Whoever is turned away is not among the connections let in; the bridge says whether it was.
                    (cloud, bridge) -> bridge.log().contains("with 0x87: not authorized") ? 1 : 0,
                    List.of("with 0x87: not authorized", "Allow iot:Connect on arn:aws:iot:")),
            new Denial(
                    "sts:AssumeRole",
                    cloud -> cloud.sts().fault(StsFault.ACCESS_DENIED),
                    cloud -> cloud.sts().fault(StsFault.NONE),
                    // Those that brought no session.
                    (cloud, bridge) -> cloud.sts().assumeRoleCalls()
                            - cloud.sts().sessions().size(),
                    List.of(USER + "sts:AssumeRole on resource: arn:aws:iam::222222222222:role/kinesis-iot-bridge")));

    // A permission that is taken away for an afternoon must cost no record and no restart, and whoever looks for it
    // must
    // find its name in the log.
    @Tag("long")
    @Test
    void aStatementThatIsMissingForAWhileIsNamedAndWaitedFor() {
        CloudOptions options = CloudOptions.defaults().shards(2).sessionLifetime(Duration.ofSeconds(15));
        try (var load = new UnderLoad(options, PER_SECOND);
                var bridge = load.bridge("bridge", Map.of("KINESIS_FAILOVER_TIME", "30s"))) {
            load.feed();
            load.awaitMore(100, LIMIT, bridge);
            await().atMost(LIMIT).until(bridge::ready);
            DENIALS.forEach(denial -> waitOut(denial, load, bridge));
            int sessions = load.cloud.sts().sessions().size();
            await("another session")
                    .atMost(RECOVERY)
                    .until(() -> load.cloud.sts().sessions().size() > sessions);
            load.awaitCaughtUp(RECOVERY, bridge);
            load.stopFeeding();
            load.awaitAll(LIMIT, bridge);
            assertThat(bridge.stop()).contains(143);
            load.assertAtLeastOnceInOrder();
            assertThat(bridge.log())
                    .doesNotContain(load.cloud.environment().get("AWS_SECRET_ACCESS_KEY"))
                    // Of a signed URL, and the beginning of every session token.
                    .doesNotContain("X-Amz-", "IQoJ");
        }
    }

    private static void waitOut(Denial denial, UnderLoad load, BridgeProcess bridge) {
        int logged = bridge.log().length();
        denial.begin().on(load.cloud);
        try {
            await(denial.name() + " is refused").atMost(LIMIT).until(() -> {
                bridge.check();
                return denial.met().applyAsLong(load.cloud, bridge) > 0;
            });
            await().pollDelay(MISSING).atMost(MISSING.plusSeconds(5)).until(() -> true);
            System.out.println("without " + denial.name() + ": ready " + bridge.ready());
            await(denial.name() + " is named").atMost(LIMIT).untilAsserted(() -> {
                bridge.check();
                assertThat(bridge.log().substring(logged)).contains(denial.said());
            });
        } finally {
            denial.end().on(load.cloud);
        }
        Duration took = load.awaitCaughtUp(RECOVERY, bridge);
        System.out.println(denial.name() + " is back: caught up after " + took.toMillis() + " ms");
        await(denial.name() + " is back").atMost(RECOVERY).until(bridge::ready);
    }

    private static Denial kinesis(String operation, ServiceFault fault, String said) {
        return new Denial(
                fault + " of " + operation,
                cloud -> cloud.kinesisFront().fault(fault, operation),
                cloud -> cloud.kinesisFront().fault(ServiceFault.NONE),
                (cloud, bridge) -> cloud.kinesisFront().met(),
                List.of(said));
    }
}
