package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.IotQuotas;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.cloud.demo.Feeder;
import io.github.kinesisiot.cloud.demo.Ledger;
import io.github.kinesisiot.cloud.demo.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A local cloud into which records flow all the time, and the account of what came out. The feeder goes past the switches that make
 * Kinesis fail: they hit the bridge alone. For one test thread.
 */
final class UnderLoad implements AutoCloseable {
    static final int KEYS = 50;
    static final int PER_SECOND = 150;

    private static final Pattern NUMBER = Pattern.compile("\"number\":(\\d+),");

    final LocalCloud cloud;
    final Ledger ledger = new Ledger();
    final Subscriber subscriber;

    private final KinesisClient kinesis;
    private Feeder feeder;
    private ScheduledFuture<?> feeding;

    private final int perSecond;

    UnderLoad(int shards) {
        this(CloudOptions.defaults().shards(shards), PER_SECOND);
    }

    UnderLoad(CloudOptions options, int perSecond) {
        this.perSecond = perSecond;
        cloud = LocalCloud.start(options);
        subscriber = cloud.subscribe("kinesis/#", message -> ledger.received(message.text()));
        kinesis = cloud.kinesisPastTheSwitches();
    }

    /** Straight to the emulator. */
    KinesisClient kinesis() {
        return kinesis;
    }

    static String key(int number) {
        return "device-" + number;
    }

    void feed() {
        List<Reading> readings = IntStream.range(0, KEYS)
                .mapToObj(key -> new Reading(key(key), key, "40.5", "21.5", false))
                .toList();
        feeder = new Feeder(kinesis, cloud.stream(), readings, perSecond, ledger);
        feeding = feeder.start();
    }

    void stopFeeding() {
        assertThat(feeding.isDone()).as("the feeder has failed").isFalse();
        feeder.close();
    }

    /** A bridge with a few connections that are not limited, so that it catches up as fast as it can. */
    BridgeProcess bridge(String name, Map<String, String> settings) {
        cloud.iot().quotas(IotQuotas.NO_RATE);
        Map<String, String> all = new HashMap<>(cloud.environment());
        all.put("IOT_CONNECTIONS", "4");
        all.put("IOT_PUBLISH_RATE", "0");
        all.put("IOT_CLIENT_ID", name);
        all.put("KINESIS_CHECKPOINT_INTERVAL", "1s");
        all.putAll(settings);
        try {
            Path directory = Files.createDirectories(cloud.directory().resolve(name));
            return BridgeProcess.start(all, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until this many messages more than now have come. */
    void awaitMore(int messages, Duration limit, BridgeProcess bridge) {
        int wanted = subscriber.count() + messages;
        await().atMost(limit).until(() -> {
            bridge.check();
            return subscriber.count() >= wanted;
        });
    }

    /** Until everything put before this call has come. */
    Duration awaitCaughtUp(Duration limit, BridgeProcess bridge) {
        Instant begin = now();
        Map<String, Integer> wanted = numbers();
        await().atMost(limit).until(() -> {
            bridge.check();
            return !behind(wanted);
        });
        return Duration.between(begin, now());
    }

    void awaitAll(Duration limit, BridgeProcess bridge) {
        await().atMost(limit).untilAsserted(() -> {
            bridge.check();
            assertThat(ledger.account()).matches(Ledger.Account::complete, "complete");
        });
    }

    /** The number of each key's last record so far. */
    Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new HashMap<>();
        IntStream.range(0, KEYS).forEach(key -> numbers.put(key(key), ledger.next(key(key)) - 1));
        return numbers;
    }

    private boolean behind(Map<String, Integer> wanted) {
        Map<String, Integer> open = new HashMap<>(wanted);
        for (ReceivedMessage message : subscriber.messages()) {
            open.computeIfPresent(key(message), (key, number) -> number(message) >= number ? null : number);
        }
        open.values().removeIf(number -> number == 0);
        return !open.isEmpty();
    }

    /** How far each shard is settled by the lease table: a sequence number, none where there is no checkpoint yet. */
    Map<String, BigInteger> checkpoints() {
        Map<String, BigInteger> checkpoints = new HashMap<>();
        try {
            cloud.dynamoDb()
                    .scanPaginator(request ->
                            request.tableName(cloud.stream() + "-iot-bridge").consistentRead(true))
                    .items()
                    .forEach(row -> {
                        String place = Optional.ofNullable(row.get("checkpoint"))
                                .map(AttributeValue::s)
                                .orElse("");
                        if (place.matches("\\d+")) {
                            checkpoints.put(row.get("leaseKey").s(), new BigInteger(place));
                        }
                    });
        } catch (ResourceNotFoundException e) {
            // Nobody has begun yet.
        }
        return checkpoints;
    }

    Instant now() {
        return cloud.options().clock().instant();
    }

    static String key(ReceivedMessage message) {
        return message.topic().substring("kinesis/".length());
    }

    static int number(ReceivedMessage message) {
        Matcher matcher = NUMBER.matcher(message.text());
        assertThat(matcher.find()).as(message.text()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    /** What may repeat after a crash, but neither lose nor overtake. */
    void assertAtLeastOnceInOrder() {
        Ledger.Account account = ledger.account();
        System.out.println(account);
        assertThat(account.missing()).as("lost").isZero();
        assertThat(account.outOfOrder()).as("first deliveries out of order").isZero();
        assertThat(account.foreign()).as("never put").isZero();
    }

    void assertOnceInOrder() {
        assertAtLeastOnceInOrder();
        assertThat(ledger.account().doubled()).as("doubled").isZero();
    }

    @Override
    public void close() {
        if (feeder != null) {
            feeder.close();
        }
        cloud.close();
    }
}
