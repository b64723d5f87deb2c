package io.github.kinesisiot.cloud.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisiot.cloud.Aggregates;
import io.github.kinesisiot.cloud.training.JsonService.Operations;
import io.github.kinesisiot.cloud.training.JsonService.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Kinesis that has one stream of two shards, whatever name it is asked for, with the same few records in each: single ones, and some
 * packed by the Kinesis Producer Library. Who reads on finds nothing more.
 */
final class TrainingStream implements Operations {
    /** Of the place before the first record. */
    static final String START = sequenceNumber(0);

    static final List<String> SHARDS = List.of("shardId-000000000000", "shardId-000000000001");

    private static final int SINGLE_RECORDS = 10;
    private static final String READING = "{\"device\":\"training\",\"temperature\":21.5}";
    private static final String MIDDLE = "170141183460469231731687303715884105728";
    private static final String LAST = "340282366920938463463374607431768211455";

    private final Clock clock;
    private volatile boolean read;

    TrainingStream(Clock clock) {
        this.clock = clock;
    }

    /** Of the last record of each shard. */
    static String lastSequenceNumber() {
        return sequenceNumber(SINGLE_RECORDS + 1);
    }

    /** Whether the records of a shard have been asked for. */
    boolean read() {
        return read;
    }

    @Override
    public Map<String, ?> answer(String operation, JsonNode request) throws Refusal {
        return switch (operation) {
            case "ListShards" ->
                Map.of("Shards", List.of(shard(0, "0", MIDDLE.replace("728", "727")), shard(1, MIDDLE, LAST)));
            case "DescribeStreamSummary" -> Map.of("StreamDescriptionSummary", summary());
            case "GetShardIterator" -> Map.of("ShardIterator", "unread");
            case "GetRecords" -> {
                read = true;
                boolean first = request.path("ShardIterator").asText().equals("unread");
                yield Map.of(
                        "Records", first ? records() : List.of(), "NextShardIterator", "read", "MillisBehindLatest", 0);
            }
            default -> throw new Refusal("UnknownOperationException");
        };
    }

    private static Map<String, ?> shard(int number, String from, String to) {
        return Map.of(
                "ShardId",
                SHARDS.get(number),
                "HashKeyRange",
                Map.of("StartingHashKey", from, "EndingHashKey", to),
                "SequenceNumberRange",
                Map.of("StartingSequenceNumber", START));
    }

    private Map<String, ?> summary() {
        return Map.of(
                "StreamName",
                "training",
                "StreamARN",
                "arn:aws:kinesis:eu-west-1:111111111111:stream/training",
                "StreamStatus",
                "ACTIVE",
                "RetentionPeriodHours",
                24,
                "StreamCreationTimestamp",
                clock.millis(),
                "EnhancedMonitoring",
                List.of(),
                "OpenShardCount",
                SHARDS.size());
    }

    private List<Map<String, ?>> records() {
        List<Map<String, ?>> records = new ArrayList<>();
        for (int i = 1; i <= SINGLE_RECORDS; i++) {
            records.add(record(i, READING.getBytes(StandardCharsets.UTF_8)));
        }
        records.add(record(
                SINGLE_RECORDS + 1,
                Aggregates.of("packed-1", READING, "packed-2", READING).array()));
        return records;
    }

    private Map<String, ?> record(int number, byte[] data) {
        return Map.of(
                "SequenceNumber",
                sequenceNumber(number),
                "ApproximateArrivalTimestamp",
                clock.millis(),
                "PartitionKey",
                "device-" + number,
                "Data",
                data);
    }

    private static String sequenceNumber(int number) {
        return "495%053d".formatted(number);
    }
}
