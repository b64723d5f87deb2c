package io.github.kinesisiot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.Subscriber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** {@code examples/two-targets.camel.yaml} in the place of the main route: one stream, two target accounts. */
@Tag("long")
class TwoTargetsExampleIT {

    // One account's session used for the other, one renewed and the other not, records settled by one of two, and an
    // outage of one that is a
    // flood of duplicates in the other.
    @Test
    void bothAccountsGetEachRecordOnceAlsoAcrossRenewalsAndAnOutageOfOne(@TempDir Path home) throws Exception {
        install(home);
        var options = CloudOptions.defaults().shards(1).sessionLifetime(Duration.ofSeconds(15));
        try (LocalCloud cloud = LocalCloud.start(options)) {
            var target = cloud.secondTarget();
            var first = cloud.subscribe("kinesis/#");
            var second = cloud.subscribe(target, "kinesis/#");
            Map<String, String> settings = new HashMap<>(cloud.environment());
            settings.put("SECOND_ROLE_ARN", target.roleArn());
            settings.put("SECOND_IOT_ENDPOINT", target.iot().endpoint());
            settings.put("SECOND_IOT_REGION", settings.get("IOT_REGION"));
            settings.put("IOT_CONNECTIONS", "2");
            try (var bridge = BridgeProcess.start(settings, cloud.directory(), home)) {
                put(cloud, 0, 20);
                arrived(bridge, first, 20);
                arrived(bridge, second, 20);
                assertThat(bridge.ready()).isTrue();

                target.iot().down();
                put(cloud, 20, 40);
                arrived(bridge, first, 40);
                for (String role : List.of(cloud.roleArn(), target.roleArn())) {
                    long renewed = sessionsOf(role, cloud) + 2;
                    await().until(() -> {
                        bridge.check();
                        return sessionsOf(role, cloud) >= renewed;
                    });
                }
                assertThat(second.count()).isEqualTo(20);
                // Each role's session in the meters, or the alert for one that is not renewed sees only the first.
                var figures = bridge.figures().orElseThrow();
                for (String role : List.of("target", "second")) {
                    assertThat(figures.sum("bridge_session_number", "role=\"" + role + "\"")
                                    .orElse(0))
                            .as(role)
                            .isPositive();
                }
                target.iot().up();
                arrived(bridge, second, 40);

                assertThat(bridge.stop()).contains(143);
            }
            List<String> all =
                    IntStream.range(0, 40).mapToObj(n -> "reading " + n).toList();
            assertThat(texts(first)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(texts(second)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(cloud.iot().refusals()).isEmpty();
            assertThat(target.iot().refusals()).isEmpty();
        }
    }

    /** How often STS has given a session of that role. */
    private static long sessionsOf(String role, LocalCloud cloud) {
        return cloud.sts().calls().stream()
                .filter(call -> call.outcome().equals("OK"))
                .filter(call -> role.equals(call.parameters().get("RoleArn")))
                .count();
    }

    private static void arrived(BridgeProcess bridge, Subscriber subscriber, int count) {
        await().until(() -> {
            bridge.check();
            return subscriber.count() >= count;
        });
    }

    private static List<String> texts(Subscriber subscriber) {
        return subscriber.messages().stream().map(ReceivedMessage::text).toList();
    }

    /** A partition key for each, so that none waits for another while one account is away. */
    private static void put(LocalCloud cloud, int from, int to) {
        for (int n = from; n < to; n++) {
            int number = n;
            cloud.kinesis().putRecord(request -> request.streamName(cloud.stream())
                    .partitionKey("device-" + number)
                    .data(SdkBytes.fromUtf8String("reading " + number)));
        }
    }

    /** The project's folder as a user has it who follows the example's first lines. */
    private static void install(Path home) throws IOException {
        Path routes = Files.createDirectory(home.resolve("routes"));
        for (String shipped : List.of("assume-role", "error-handling", "dead-letter")) {
            Files.copy(Path.of("routes", shipped + ".camel.yaml"), routes.resolve(shipped + ".camel.yaml"));
        }
        Files.copy(Path.of("examples/two-targets.camel.yaml"), routes.resolve("kinesis-to-iot.camel.yaml"));
        Path config = Files.createDirectory(home.resolve("config"));
        for (String shipped : List.of("application.properties", "log4j2.properties")) {
            Files.copy(Path.of("config", shipped), config.resolve(shipped));
        }
    }
}
