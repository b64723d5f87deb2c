package io.github.kinesisiot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.Accounts;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ServiceCall;
import io.github.kinesisiot.cloud.ServiceFront;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** {@code examples/other-service.camel.yaml} in the place of the main route: the role's session for a service other than IoT Core. */
@Tag("long")
class OtherServiceExampleIT {

    // A client that keeps the credentials it was made with works for an hour and then never again; one with the
    // source's own credentials
    // writes into the wrong account.
    @Test
    void theOtherServiceIsCalledWithTheSessionInForceAlsoAfterARenewal(@TempDir Path home) throws Exception {
        var options = CloudOptions.defaults().shards(1).sessionLifetime(Duration.ofSeconds(12));
        try (LocalCloud cloud = LocalCloud.start(options)) {
            install(home, cloud);
            cloud.createTargetStream("readings-copy", 1);
            cloud.kinesisFront().forgetCalls();
            var subscriber = cloud.subscribe("kinesis/#");
            Map<String, String> settings = new HashMap<>(cloud.environment());
            settings.put("TARGET_STREAM", "readings-copy");
            settings.put("TARGET_REGION", Accounts.TARGET_REGION);
            try (var bridge = BridgeProcess.start(settings, cloud.directory(), home)) {
                put(cloud, "before");
                await().until(() -> {
                    bridge.check();
                    return subscriber.count() == 1;
                });
                assertThat(sessionsOf(cloud.targetKinesisFront(), "PutRecord"))
                        .isNotEmpty()
                        .allMatch(session -> session >= 1);
                long renewed = cloud.sts().sessions().size() + 2;
                await().until(() -> cloud.sts().sessions().size() >= renewed);
                put(cloud, "after");
                await().until(() -> {
                    bridge.check();
                    return subscriber.count() == 2;
                });
                assertThat(sessionsOf(cloud.targetKinesisFront(), "PutRecord"))
                        .allMatch(session -> session >= 1)
                        .anyMatch(session -> session >= renewed - 1);
                assertThat(sessionsOf(cloud.kinesisFront(), "GetRecords"))
                        .as("the source is read with the source's credentials")
                        .containsExactly(0L);
                assertThat(copies(cloud)).containsExactly("before", "after");
                assertThat(bridge.stop()).contains(143);
            }
        }
    }

    /**
     * The project's folder as a user has it who follows the example's first lines. Only here the two accounts' Kinesis have an address each that
     * does not follow from the region.
     */
    private static void install(Path home, LocalCloud cloud) throws IOException {
        Path routes = Files.createDirectory(home.resolve("routes"));
        for (String shipped : List.of("assume-role", "error-handling", "dead-letter")) {
            Files.copy(Path.of("routes", shipped + ".camel.yaml"), routes.resolve(shipped + ".camel.yaml"));
        }
        String region = "        region: \"#class:software.amazon.awssdk.regions.Region";
        String address = "        endpointOverride: \"#class:java.net.URI#create('"
                + cloud.targetKinesisFront().endpoint() + "')\"\n";
        String example = Files.readString(Path.of("examples/other-service.camel.yaml"));
        assertThat(example).containsOnlyOnce(region);
        Files.writeString(routes.resolve("kinesis-to-iot.camel.yaml"), example.replace(region, address + region));
        Path config = Files.createDirectory(home.resolve("config"));
        for (String shipped : List.of("application.properties", "log4j2.properties")) {
            Files.copy(Path.of("config", shipped), config.resolve(shipped));
        }
    }

    /** By another operation than the bridge's, so that the two can be told apart. */
    private static void put(LocalCloud cloud, String text) {
        cloud.kinesis().putRecords(request -> request.streamName(cloud.stream())
                .records(PutRecordsRequestEntry.builder()
                        .partitionKey("device-7")
                        .data(SdkBytes.fromUtf8String(text))
                        .build()));
    }

    private static Set<Long> sessionsOf(ServiceFront front, String operation) {
        return front.calls().stream()
                .filter(call -> call.operation().equals(operation))
                .map(ServiceCall::session)
                .collect(Collectors.toSet());
    }

    private static List<String> copies(LocalCloud cloud) {
        var kinesis = cloud.targetKinesis();
        String iterator = kinesis.getShardIterator(request -> request.streamName("readings-copy")
                        .shardId("shardId-000000000000")
                        .shardIteratorType("TRIM_HORIZON"))
                .shardIterator();
        return kinesis.getRecords(request -> request.shardIterator(iterator)).records().stream()
                .map(record -> record.data().asUtf8String())
                .toList();
    }
}
