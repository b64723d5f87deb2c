package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.cloud.TraceReceiver;
import io.github.kinesisiot.time.Patience;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** Traces, black-box: what a receiver of OTLP and a subscriber see of the same records. */
class TracesIT {

    private static final Duration LONG_ENOUGH = Patience.LONG;
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @TempDir
    private Path home;

    private static LocalCloud cloud;
    private static Subscriber subscriber;

    private String stream;
    private TraceReceiver receiver;
    private final Map<String, String> settings = new HashMap<>();

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
        cloud.createStream(stream, 1);
        subscriber.clear();
        receiver = TraceReceiver.start();
        settings.putAll(cloud.environment());
        settings.putAll(receiver.environment());
        settings.put("KINESIS_STREAM", stream);
    }

    @AfterEach
    void endReceiver() {
        receiver.close();
    }

    // A message that cannot be followed back to its record, or a record with several spans, is what tracing is turned
    // on to avoid.
    @Test
    void eachRecordHasOneSpanThatItsSubscriberGoesOnFrom() throws Exception {
        settings.put("IOT_MAX_PAYLOAD", "100");
        routesThatTakeTheKeyForTheTraceParent();
        for (int i = 0; i < 20; i++) {
            put("device-" + i, "reading");
        }
        String traced = put("00-" + TRACE + "-" + PARENT + "-01", "reading");
        String tooLarge = put("device-1", "x".repeat(101));
        try (var bridge = BridgeProcess.start(settings, cloud.directory(), home)) {
            await().atMost(LONG_ENOUGH).until(() -> {
                bridge.check();
                return subscriber.count() == 21 && bridge.log().contains("dead-letter-stored");
            });
            assertThat(bridge.stop()).contains(143);
        }
        assertThat(receiver.received())
                .allSatisfy(sender -> assertThat(attributes(sender.getResource().getAttributesList()))
                        .containsEntry("service.name", "kinesis-iot-bridge"));
        // The last of them are sent by the stop.
        Map<String, Span> spans = spans();
        assertThat(spans).hasSize(22);
        for (ReceivedMessage message : subscriber.messages()) {
            Span span = spans.get(message.userProperty("sequence-number").orElseThrow());
            assertThat(message.userProperty("traceparent"))
                    .contains("00-" + hex(span.getTraceId().toByteArray()) + "-"
                            + hex(span.getSpanId().toByteArray()) + "-01");
            assertThat(span.getName()).isEqualTo("publish " + stream);
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_PRODUCER);
            assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
            assertThat(attributes(span.getAttributesList()))
                    .containsEntry("bridge.outcome", "published")
                    .containsEntry("bridge.attempts", "1")
                    .containsEntry("messaging.destination.name", message.topic())
                    .containsEntry("aws.kinesis.stream_name", stream)
                    .containsEntry("aws.kinesis.shard_id", "shardId-000000000000");
        }
        assertThat(hex(spans.get(traced).getTraceId().toByteArray())).isEqualTo(TRACE);
        assertThat(hex(spans.get(traced).getParentSpanId().toByteArray())).isEqualTo(PARENT);
        assertThat(spans.get(tooLarge).getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(spans.get(tooLarge).getAttributesList()))
                .containsEntry("bridge.outcome", "dead-letter")
                .containsEntry("bridge.reason", "PAYLOAD_TOO_LARGE");
    }

    // A receiver that is away must cost a line, not a record, and no stop.
    @Test
    @Tag("long")
    void aReceiverThatRefusesCostsOneCountedLine() {
        receiver.refuse(503);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            for (int i = 1; i <= 5; i++) {
                put("device-" + i, "reading");
                int count = i;
                await().atMost(LONG_ENOUGH).until(() -> {
                    bridge.check();
                    return subscriber.count() == count;
                });
            }
            await().atMost(LONG_ENOUGH).until(() -> bridge.log().contains("spans-lost - "));
            assertThat(bridge.stop()).contains(143);
            assertThat(bridge.log().lines())
                    .filteredOn(line -> line.contains("spans-lost - "))
                    .hasSizeLessThan(3)
                    .first()
                    .asString()
                    .contains("records are published all the same");
            assertThat(bridge.log()).doesNotContain("io.opentelemetry", "\tat ");
        }
    }

    private String put(String key, String data) {
        return cloud.kinesis()
                .putRecord(
                        request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(data)))
                .sequenceNumber();
    }

    private Map<String, Span> spans() {
        return receiver.received().stream()
                .flatMap(sender -> sender.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .collect(Collectors.toMap(
                        span -> attributes(span.getAttributesList()).get("aws.kinesis.sequence_number"),
                        Function.identity()));
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey,
                        attribute -> attribute.getValue().hasIntValue()
                                ? Long.toString(attribute.getValue().getIntValue())
                                : attribute.getValue().getStringValue()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private void routesThatTakeTheKeyForTheTraceParent() throws IOException {
        for (String folder : List.of("config", "routes")) {
            Path to = Files.createDirectory(home.resolve(folder));
            try (var files = Files.list(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, to.resolve(file.getFileName().toString()));
                }
            }
        }
        Path route = home.resolve("routes/kinesis-to-iot.camel.yaml");
        String step = "        - setHeader:\n            id: topic\n";
        String text = Files.readString(route);
        assertThat(text).contains(step);
        Files.writeString(
                route,
                text.replace(
                        step,
                        "        - setHeader:\n            id: parent\n            name: traceparent\n            simple: \"${header.CamelAwsKinesisPartitionKey}\"\n"
                                + step));
    }
}
