package io.github.kinesisiot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.NoSecret;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.StsFault;
import io.github.kinesisiot.cloud.Subscriber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * The main job, black-box: the bridge in a process of its own, between a Kinesis stream and a broker behind the signing gate. One cloud for all, and
 * for each test a stream, with the lease table that goes with its name. Sessions that end are RenewalIT's.
 */
class BridgeIT {

    private static final int KEYS = 50;

    private static LocalCloud cloud;
    private static Subscriber subscriber;

    private String stream;
    private Map<String, String> settings;
    private int refusalsBefore;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start();
        subscriber = cloud.subscribe("kinesis/#");
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    @BeforeEach
    void makeStream(TestInfo test) {
        stream = test.getTestMethod().orElseThrow().getName();
        cloud.createStream(stream, 2);
        settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", stream);
        subscriber.clear();
        refusalsBefore = cloud.iot().refusals().size();
    }

    @AfterEach
    void heal() {
        cloud.sts().fault(StsFault.NONE);
        cloud.iot().fault(GateFault.NONE);
        cloud.iot().up();
    }

    // The reason the project exists. Any loss, repetition or overtaking on the quiet path is a broken promise.
    @Test
    void twoThousandRecordsArriveOnceEachAndInOrderOfTheirKey() {
        put(0, 400);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            for (int from = 400; from < 2000; from += 200) {
                put(from, 200);
            }
            awaitMessages(2000, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        assertArrived(2000);
        assertThat(cloud.sts().calls())
                .allSatisfy(call -> assertThat(call.callerArn()).doesNotContain("assumed-role"));
        assertThat(cloud.iot().refusals()).hasSize(refusalsBefore);
        assertThat(cloud.kinesisRules().busiestReads())
                .as("reads of a shard in any one second")
                .hasEntrySatisfying(stream + "/shardId-000000000000", reads -> assertThat(reads)
                        .isBetween(1, 5))
                .hasEntrySatisfying(stream + "/shardId-000000000001", reads -> assertThat(reads)
                        .isBetween(1, 5));
    }

    // A clean stop that repeats makes every deployment a burst of duplicates; one that loses is worse.
    @Test
    void aCleanStopAndARestartRepeatNothingAndLoseNothing() {
        put(0, 500);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            awaitMessages(500, bridge);
            put(500, 500);
            await().until(() -> subscriber.count() > 520);
            assertThat(bridge.stop()).contains(143);
            assertThat(bridge.log().strip().lines())
                    .as("the shutdown is logged to its last line")
                    .last()
                    .asString()
                    .contains("shutdown-done - ");
            assertThat(bridge.log())
                    .contains("2 leases let go, 0 records unsettled", "connections-closed - Closed 10 connections");
        }
        put(1000, 200);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            awaitMessages(1200, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        assertArrived(1200);
    }

    // An operator's mistake in the role must not end the process, and must be told with what to change.
    @Test
    void aRefusingStsIsReportedAndWaitedFor() {
        cloud.sts().fault(StsFault.ACCESS_DENIED);
        put(0, 10);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            await().until(() -> {
                bridge.check();
                return bridge.log().contains("ACCESS_DENIED") && bridge.log().contains("reading after");
            });
            assertThat(bridge.log())
                    .contains("sts:AssumeRole on " + cloud.roleArn())
                    .doesNotContain(cloud.environment().get("AWS_SECRET_ACCESS_KEY"));
            assertThat(bridge.ready()).isFalse();
            assertThat(subscriber.count()).isZero();
            bridge.check();
        }
    }

    // Session tokens and signed URLs in a log are credentials for whoever reads it.
    @Test
    void noSecretIsInTheLogThePageOrTheMeters() {
        cloud.iot().down();
        put(0, 10);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            await().until(() -> bridge.log().contains("Session 1 of"));
            await().until(() -> bridge.log().contains("nothing answers at"));
            cloud.iot().up();
            awaitMessages(10, bridge);
            // A refusal is where a careless bridge would quote the URL that was refused.
            cloud.iot().fault(GateFault.REFUSE);
            cloud.iot().cutAll();
            await().until(() -> bridge.log().contains("403"));
            assertThat(cloud.secrets())
                    .as("of the source and of one session at least")
                    .hasSizeGreaterThanOrEqualTo(4);
            NoSecret.isTold(cloud, bridge);
            assertThat(bridge.stop()).contains(143);
            NoSecret.isLogged(cloud, bridge);
        } finally {
            cloud.iot().fault(GateFault.NONE);
        }
    }

    // An archive that does not belong to the jar, or was trained on less than a start needs, is passed over without a
    // word, and each start takes
    // twice the CPU.
    @Test
    void theTrainedClassArchiveHoldsWhatTheBridgeLoadsUpToItsFirstPublishes() throws IOException {
        assertThat(BridgeProcess.classArchive())
                .as("trained before the integration tests")
                .isNotEmptyFile();
        Path log = cloud.directory().resolve("class-loads.txt");
        settings.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log);
        put(0, 50);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            awaitMessages(50, bridge);
            List<String> loads = Files.readAllLines(log);
            assertThat(bridge.stop()).contains(143);
            assertThat(loads)
                    .as("tracing that is off costs nothing")
                    .noneMatch(line -> line.contains("io.opentelemetry."));
            // What the JVM makes up as it runs, for lambdas, comes from neither.
            List<String> fromFiles = loads.stream()
                    .filter(line -> line.contains("source: file:") || line.contains("source: jrt:"))
                    .toList();
            long fromArchive = loads.stream()
                    .filter(line -> line.contains("source: shared objects file"))
                    .count();
            assertThat(fromArchive / (double) (fromArchive + fromFiles.size()))
                    .as("share of the archive; not in it: %s", fromFiles)
                    .isGreaterThanOrEqualTo(0.97);
        }
    }

    private void put(int from, int count) {
        for (int start = from; start < from + count; start += 200) {
            List<PutRecordsRequestEntry> entries = new ArrayList<>();
            for (int n = start; n < Math.min(start + 200, from + count); n++) {
                entries.add(PutRecordsRequestEntry.builder()
                        .partitionKey("device-" + n % KEYS)
                        .data(SdkBytes.fromUtf8String(Integer.toString(n)))
                        .build());
            }
            var answer = cloud.kinesis()
                    .putRecords(request -> request.streamName(stream).records(entries));
            assertThat(answer.failedRecordCount()).isZero();
        }
    }

    private void awaitMessages(int count, BridgeProcess bridge) {
        await().until(() -> {
            bridge.check();
            return subscriber.count() >= count;
        });
    }

    /** Numbers 0 to count - 1, each once, those of a key in the order they were put, on the topic of their key. */
    private void assertArrived(int count) {
        List<ReceivedMessage> messages = subscriber.messages();
        assertThat(messages).hasSize(count);
        Set<String> distinct = new HashSet<>();
        messages.forEach(message -> distinct.add(message.text()));
        assertThat(distinct).hasSize(count);
        Map<String, List<Integer>> byTopic = messages.stream()
                .collect(Collectors.groupingBy(
                        ReceivedMessage::topic,
                        Collectors.mapping(message -> Integer.valueOf(message.text()), Collectors.toList())));
        assertThat(byTopic).hasSize(Math.min(KEYS, count));
        byTopic.forEach((topic, numbers) -> {
            assertThat(numbers).as(topic).isSorted();
            assertThat(numbers).allSatisfy(n -> assertThat(topic).isEqualTo("kinesis/device-" + n % KEYS));
        });
    }
}
