package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Settings that change what is promised, or where it begins, each from the stream to the subscriber. */
class DeliverySettingsIT {
    /** One byte more than IoT Core takes. */
    private static final int TOO_LARGE = 131_073;

    /** The emulator's arrival times are exact to the second at least. */
    private static final Duration APART = Duration.ofSeconds(2);

    private static LocalCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults());
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    /** Far below the quota: what jitter on the way brings above it is dropped without a word. */
    private static final Map<String, String> QOS_0 =
            Map.of("IOT_QOS", "0", "IOT_CONNECTIONS", "1", "IOT_PUBLISH_RATE", "50");

    // Without acknowledgements nothing would ever settle if they were waited for; and what the bridge itself finds
    // wrong must not vanish with them.
    // Written is settled, so the next record of a key may take another connection and overtake: one connection keeps
    // the order.
    @Test
    void withQos0RecordsAreSettledWhenTheyAreWrittenAndOversizeOnesAreStillDeadLetters() throws Exception {
        var own = new OwnStream(cloud, "qos0", 2);
        own.put(0, 200);
        own.put("device-1", new byte[TOO_LARGE]);
        own.put(200, 300);
        try (var bridge = own.bridge(QOS_0)) {
            own.awaitRecords(300, bridge);
            await().atMost(OwnStream.LIMIT).until(() -> letters(own).size() == 1);
            assertThat(bridge.stop()).contains(143);
            assertThat(bridge.log()).contains("2 leases let go, 0 records unsettled");
        }
        assertThat(letters(own)).singleElement().asString().contains("PAYLOAD_TOO_LARGE", "\"device-1\"");
        assertThat(own.subscriber.messages()).extracting(ReceivedMessage::qos).containsOnly(0);
        own.assertOnceInOrder(0, 300);

        own.put(300, 320);
        try (var bridge = own.bridge(QOS_0)) {
            own.awaitRecords(320, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertOnceInOrder(0, 320);
        assertThat(letters(own)).as("settled, so not read again").hasSize(1);
    }

    // The flag is set on the way to the broker and shown only to those who come later: a setting that does nothing
    // would never be noticed here.
    @Test
    void withRetainWhoeverSubscribesLaterGetsTheLastMessageOfEachTopic() {
        var own = new OwnStream(cloud, "retain", 1);
        own.put(0, 30);
        try (var bridge = own.bridge(Map.of("IOT_RETAIN", "true"))) {
            own.awaitRecords(30, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        var later = cloud.subscribe("retain/#");
        await().atMost(OwnStream.LIMIT).until(() -> later.count() == OwnStream.KEYS);
        assertThat(later.messages())
                .allSatisfy(message -> assertThat(message.retained()).isTrue())
                .extracting(ReceivedMessage::text)
                .containsExactlyInAnyOrder("20", "21", "22", "23", "24", "25", "26", "27", "28", "29");

        own.put(30, 40);
        try (var bridge = own.bridge(Map.of())) {
            own.awaitRecords(40, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        var latest = cloud.subscribe("retain/#");
        await().atMost(OwnStream.LIMIT).until(() -> latest.count() == OwnStream.KEYS);
        assertThat(latest.messages())
                .as("without the setting nothing is kept")
                .extracting(ReceivedMessage::text)
                .containsExactlyInAnyOrder("20", "21", "22", "23", "24", "25", "26", "27", "28", "29");
    }

    // Only the publish is refused: whoever has allowed iot:Publish looks for the reason for hours, unless the other
    // action is named.
    @Test
    void aRoleThatMayNotRetainIsToldBothActions() {
        var own = new OwnStream(cloud, "not-retained", 1);
        own.put(0, 10);
        try (var bridge = own.bridge(Map.of(
                "IOT_RETAIN", "true", "IOT_TOPIC", "forbidden/not-retained/${header.CamelAwsKinesisPartitionKey}"))) {
            own.awaitLogged(bridge, "record-retried");
            assertThat(bridge.log()).contains("Allow iot:Publish and iot:RetainPublish on arn:aws:iot:");
        }
    }

    // An instant that is read as TRIM_HORIZON publishes a day again; one that is read as LATEST loses what came before
    // the start.
    @Test
    void anInstantAsTheStartPublishesWhatCameAfterItAndNothingFromBefore() {
        var own = new OwnStream(cloud, "instant", 2);
        own.put(0, 100);
        Instant start = awaitLater(own);
        own.put(100, 200);
        try (var bridge = own.bridge(Map.of("KINESIS_START", start.toString()))) {
            own.put(200, 250);
            own.awaitRecords(150, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertOnceInOrder(100, 250);
    }

    // The way to another application without a copy of its lease table: what came while no bridge ran must not be lost.
    @Test
    void anotherApplicationThatStartsAtTheInstantOfTheStopGoesOnFromThere() {
        var own = new OwnStream(cloud, "moved", 2);
        own.put(0, 100);
        try (var bridge = own.bridge(Map.of())) {
            own.awaitRecords(100, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        Instant stop = awaitLater(own);
        own.put(100, 200);
        var settings = Map.of("KINESIS_APPLICATION", "moved-iot-bridge-2", "KINESIS_START", stop.toString());
        try (var bridge = own.bridge(settings)) {
            own.awaitRecords(200, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertOnceInOrder(0, 200);

        // Once there are checkpoints, the instant no longer counts.
        own.put(200, 220);
        try (var bridge = own.bridge(settings)) {
            own.awaitRecords(220, bridge);
            assertThat(bridge.stop()).contains(143);
        }
        own.assertOnceInOrder(0, 220);
    }

    /** An instant after all that has been put, and before all that is put from now on. */
    private static Instant awaitLater(OwnStream own) {
        Instant put = own.cloud.options().clock().instant();
        Instant between = put.plus(APART.dividedBy(2));
        await().until(() -> own.cloud.options().clock().instant().isAfter(put.plus(APART)));
        return between;
    }

    private static List<String> letters(OwnStream own) throws IOException {
        Path folder = own.directory().resolve("dead-letter");
        List<String> lines = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.newDirectoryStream(folder, "*.jsonl")) {
                for (Path file : files) {
                    lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
                }
            }
        }
        return lines;
    }
}
