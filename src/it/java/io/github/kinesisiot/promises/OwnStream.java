package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.Subscriber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * One test's part of a cloud that it shares with others: a stream, topics and client ids of its own name, and a subscriber to those topics.
 * Records are the numbers from 0 on, spread over ten keys. For one test thread.
 */
final class OwnStream {
    static final int KEYS = 10;
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int REQUEST = 200;

    final LocalCloud cloud;
    final String name;
    final Subscriber subscriber;
    private final Path directory;

    OwnStream(LocalCloud cloud, String name, int shards) {
        this.cloud = cloud;
        this.name = name;
        cloud.createStream(name, shards);
        subscriber = cloud.subscribe(name + "/#");
        try {
            directory = Files.createDirectories(cloud.directory().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What points a bridge at this stream; changed by {@code more}. Without limits, so that a test waits for nothing but what it is about. */
    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", name);
        settings.put("KINESIS_CHECKPOINT_INTERVAL", "1s");
        settings.put("IOT_TOPIC", name + "/${header.CamelAwsKinesisPartitionKey}");
        settings.put("IOT_CLIENT_ID", name);
        settings.put("IOT_CONNECTIONS", "4");
        settings.putAll(more);
        return settings;
    }

    BridgeProcess bridge(Map<String, String> more) {
        return BridgeProcess.start(settings(more), directory);
    }

    /** Where the bridges' logs and dead letters are. */
    Path directory() {
        return directory;
    }

    void put(int from, int to) {
        List<PutRecordsRequestEntry> entries = IntStream.range(from, to)
                .mapToObj(n -> PutRecordsRequestEntry.builder()
                        .partitionKey("device-" + n % KEYS)
                        .data(SdkBytes.fromUtf8String(Integer.toString(n)))
                        .build())
                .toList();
        for (int start = 0; start < entries.size(); start += REQUEST) {
            var part = entries.subList(start, Math.min(start + REQUEST, entries.size()));
            var answer = cloud.kinesis()
                    .putRecords(request -> request.streamName(name).records(part));
            assertThat(answer.failedRecordCount()).isZero();
        }
    }

    void put(String key, byte[] data) {
        cloud.kinesis()
                .putRecord(request -> request.streamName(name).partitionKey(key).data(SdkBytes.fromByteArray(data)));
    }

    /** Until as many different records as that have come. */
    void awaitRecords(int count, BridgeProcess bridge) {
        await().atMost(LIMIT).until(() -> {
            bridge.check();
            return distinct().size() >= count;
        });
    }

    /** Until as many records as that are settled: a message is at the subscriber before its PUBACK is at the bridge. */
    void awaitSettled(int count, BridgeProcess bridge) {
        await().atMost(LIMIT).until(() -> bridge.figures()
                .map(figures -> figures.sum("bridge_records_settled_total", "").orElse(0) >= count)
                .orElse(false));
    }

    void awaitLogged(BridgeProcess bridge, String text) {
        await().atMost(LIMIT).until(() -> {
            bridge.check();
            return bridge.log().contains(text);
        });
    }

    /** The numbers that have come, each once. */
    Set<Integer> distinct() {
        return subscriber.messages().stream()
                .map(message -> Integer.valueOf(message.text()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Exactly these, each once, those of a key in the order they were put. */
    void assertOnceInOrder(int from, int to) {
        assertThat(subscriber.messages()).as("none repeated").hasSize(distinct().size());
        assertAtLeastOnceInOrder(from, to);
    }

    /** Exactly these; repeated perhaps, but the first deliveries of a key in the order they were put. */
    void assertAtLeastOnceInOrder(int from, int to) {
        assertThat(distinct())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(from, to).boxed().toList());
        Map<String, Set<Integer>> firsts = new LinkedHashMap<>();
        for (ReceivedMessage message : subscriber.messages()) {
            firsts.computeIfAbsent(message.topic(), topic -> new LinkedHashSet<>())
                    .add(Integer.valueOf(message.text()));
        }
        firsts.forEach((topic, numbers) ->
                assertThat(new ArrayList<>(numbers)).as(topic).isSorted());
    }
}
