package io.github.kinesisiot.cloud.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisiot.cloud.training.JsonService.Operations;
import io.github.kinesisiot.cloud.training.JsonService.Refusal;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A Kinesis with one stream of two shards, whatever name it is asked for, that never runs dry: each read brings as many records of 200
 * bytes as it asks for, of 500 partition keys in turn; the bytes begin with the nanosecond of the read. Nothing is stored, so it is never what a
 * measurement waits for. Two reads of the same place bring the same keys and sequence numbers.
 */
final class EndlessStream implements Operations {
    private static final int SHARDS = 2;
    private static final int KEYS = 500;
    private static final BigInteger MIDDLE = BigInteger.ONE.shiftLeft(127);
    private static final BigInteger END = BigInteger.ONE.shiftLeft(128);

    private final Clock clock;

    EndlessStream(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Map<String, ?> answer(String operation, JsonNode request) throws Refusal {
        return switch (operation) {
            case "ListShards" ->
                Map.of(
                        "Shards",
                        List.of(
                                shard(0, BigInteger.ZERO, MIDDLE.subtract(BigInteger.ONE)),
                                shard(1, MIDDLE, END.subtract(BigInteger.ONE))));
            case "DescribeStreamSummary" -> Map.of("StreamDescriptionSummary", summary());
            case "GetShardIterator" -> {
                String after = request.path("StartingSequenceNumber").asText("");
                boolean itself = request.path("ShardIteratorType").asText().equals("AT_SEQUENCE_NUMBER");
                long position = after.isEmpty() ? 1 : position(after) + (itself ? 0 : 1);
                yield Map.of("ShardIterator", request.path("ShardId").asText() + ":" + position);
            }
            case "GetRecords" -> records(request);
            default -> throw new Refusal("UnknownOperationException");
        };
    }

    private Map<String, ?> records(JsonNode request) {
        String[] iterator = request.path("ShardIterator").asText().split(":");
        int shard = Integer.parseInt(iterator[0].substring(iterator[0].length() - 1));
        long from = Long.parseLong(iterator[1]);
        int count = request.path("Limit").asInt(1_000);
        long now = clock.millis();
        byte[] payload = Stamp.now();
        List<Map<String, ?>> records = new ArrayList<>(count);
        IntStream.range(0, count)
                .forEach(i -> records.add(Map.of(
                        "SequenceNumber",
                        sequenceNumber(from + i),
                        "ApproximateArrivalTimestamp",
                        now,
                        "PartitionKey",
                        "device-" + shard + "-" + (from + i) % KEYS,
                        "Data",
                        payload)));
        return Map.of(
                "Records",
                records,
                "NextShardIterator",
                iterator[0] + ":" + (from + count),
                "MillisBehindLatest",
                1_000);
    }

    private static Map<String, ?> shard(int number, BigInteger from, BigInteger to) {
        return Map.of(
                "ShardId",
                "shardId-%012d".formatted(number),
                "HashKeyRange",
                Map.of("StartingHashKey", from.toString(), "EndingHashKey", to.toString()),
                "SequenceNumberRange",
                Map.of("StartingSequenceNumber", sequenceNumber(0)));
    }

    private Map<String, ?> summary() {
        return Map.of(
                "StreamName",
                "endless",
                "StreamARN",
                "arn:aws:kinesis:eu-west-1:111111111111:stream/endless",
                "StreamStatus",
                "ACTIVE",
                "RetentionPeriodHours",
                24,
                "StreamCreationTimestamp",
                clock.millis(),
                "EnhancedMonitoring",
                List.of(),
                "OpenShardCount",
                SHARDS);
    }

    private static String sequenceNumber(long position) {
        return "495%053d".formatted(position);
    }

    private static long position(String sequenceNumber) {
        return Long.parseLong(sequenceNumber.substring(sequenceNumber.length() - 18));
    }
}
