package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.time.VirtualTime;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What depends on time, in virtual time; that the rules are in force over the wire is in {@code ServiceFrontIT}. */
class KinesisRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHARD = "shardId-000000000001";
    /** Of shard 1, made at second 0x65a1b2c3. */
    private static final String NUMBER = number(0x65a1b2c3L, 1);

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-01-22T01:22:02Z"));
    private final KinesisRules rules = new KinesisRules(
            time, () -> Duration.between(Instant.EPOCH, time.instant()).toNanos());

    // A quota that lets through a sixth read would let a bridge pass that Kinesis refuses.
    @Test
    void theSixthReadOfAShardWithinASecondIsRefusedAndTheNextSecondIsAnother() {
        iterator("a");
        for (int read = 1; read <= 5; read++) {
            assertThat(refusal(read("a"))).isEmpty();
            time.advance(Duration.ofMillis(190));
        }
        assertThat(refusal(read("a"))).hasValueSatisfying(e -> {
            assertThat(e.code()).isEqualTo("ProvisionedThroughputExceededException");
            assertThat(e)
                    .hasMessage(
                            "Rate exceeded for shard shardId-000000000001 in stream readings under account 111111111111.");
        });
        assertThat(rules.busiestReads()).containsEntry("readings/" + SHARD, 6);
        time.advance(Duration.ofMillis(50));
        assertThat(refusal(read("a"))).isEmpty();
    }

    // Counted only, a reader that asks too often is still found out by whoever looks at the counter.
    @Test
    void aQuotaThatIsNotKeptIsCountedAllTheSame() {
        rules.quotasKept(false);
        iterator("a");
        for (int read = 1; read <= 9; read++) {
            assertThat(refusal(read("a"))).isEmpty();
        }
        assertThat(rules.busiestReads()).containsEntry("readings/" + SHARD, 9);
    }

    // Ten MiB in one answer cost the next seconds; without that a bridge that catches up is faster here than at AWS.
    @Test
    void whatAReadBringsIsPaidForByThoseAfterIt() {
        iterator("a");
        byte[] data = new byte[1 << 20];
        String record = "{\"PartitionKey\":\"k\",\"Data\":\""
                + java.util.Base64.getEncoder().encodeToString(data) + "\"}";
        rules.after(
                read("a"),
                200,
                json("{\"Records\":[%s,%s,%s,%s],\"NextShardIterator\":\"b\"}"
                        .formatted(record, record, record, record)));
        assertThat(refusal(read("b")))
                .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo("ProvisionedThroughputExceededException"));
        time.advance(Duration.ofMillis(990));
        assertThat(refusal(read("b"))).isPresent();
        time.advance(Duration.ofMillis(20));
        assertThat(refusal(read("b"))).isEmpty();
    }

    // A reader that stands still for minutes and goes on with its iterator must be told, in Kinesis's words.
    @Test
    void anIteratorLastsForFiveMinutesUnlessToldOtherwise() {
        iterator("a");
        time.advance(Duration.ofMinutes(5));
        assertThat(refusal(read("a"))).isEmpty();
        time.advance(Duration.ofSeconds(1));
        assertThat(refusal(read("a"))).hasValueSatisfying(e -> {
            assertThat(e.code()).isEqualTo("ExpiredIteratorException");
            assertThat(e)
                    .hasMessage(
                            "Iterator expired. The iterator was created at time Thu Jan 22 01:22:02 UTC 2026 while right"
                                    + " now it is Thu Jan 22 01:27:03 UTC 2026 which is further in the future than the tolerated delay of"
                                    + " 300000 milliseconds.");
        });
        iterator("b");
        rules.iteratorsLast(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(3));
        assertThat(refusal(read("b")))
                .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("tolerated delay of 2000 milliseconds"));
    }

    // Streams are deleted and made again under their name; a checkpoint of the old one points into nothing.
    @Test
    void aSequenceNumberOfAnotherStreamOrShardIsRefused() {
        String others = number(0x65a1b2c4L, 1);
        assertThat(refusal(after(NUMBER))).isEmpty();
        assertThat(refusal(after(others))).hasValueSatisfying(e -> {
            assertThat(e.code()).isEqualTo("InvalidArgumentException");
            assertThat(e)
                    .hasMessage(
                            "StartingSequenceNumber " + others + " used in GetShardIterator on shard " + SHARD
                                    + " in stream readings under account 111111111111 is invalid because it did not come from this stream.");
        });
        assertThat(refusal(after(number(0x65a1b2c3L, 3)))).hasValueSatisfying(e -> assertThat(e)
                .hasMessage(
                        "Invalid StartingSequenceNumber. It encodes shardId-000000000003, while it was used in a call to a"
                                + " shard with shardId-000000000001"));
        assertThat(refusal(after("12"))).hasValueSatisfying(e -> assertThat(e).hasMessageEndingWith(" is invalid."));
    }

    // An iterator of the stream that was is not one of the stream that is.
    @Test
    void anIteratorOfADeletedStreamIsRefusedAlsoWhenThereIsANewStream() {
        iterator("a");
        rules.after(call("DeleteStream", "{\"StreamName\":\"readings\"}"), 200, json("{}"));
        assertThat(refusal(read("a"))).hasValueSatisfying(e -> {
            assertThat(e.code()).isEqualTo("ResourceNotFoundException");
            assertThat(e)
                    .hasMessage(
                            "Shard shardId-000000000001 in stream readings under account 111111111111 does not exist");
        });
        iterator("b");
        assertThat(refusal(read("b"))).isEmpty();
    }

    @Test
    void describingTheStreamIsForTheWholeAccountTwentyTimesASecond() {
        for (int i = 0; i < 20; i++) {
            assertThat(refusal(call("DescribeStreamSummary", "{\"StreamName\":\"s" + i + "\"}")))
                    .isEmpty();
        }
        assertThat(refusal(call("DescribeStreamSummary", "{\"StreamName\":\"readings\"}")))
                .hasValueSatisfying(e -> {
                    assertThat(e.code()).isEqualTo("LimitExceededException");
                    assertThat(e).hasMessage("Rate exceeded for stream readings under account 111111111111.");
                });
    }

    private void iterator(String name) {
        FrontCall call = call("GetShardIterator", "{\"StreamName\":\"readings\",\"ShardId\":\"" + SHARD + "\"}");
        rules.after(call, 200, json("{\"ShardIterator\":\"" + name + "\"}"));
    }

    private static FrontCall read(String iterator) {
        return call("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}");
    }

    private static FrontCall after(String number) {
        return call("GetShardIterator", """
                {"StreamARN": "arn:aws:kinesis:eu-west-1:111111111111:stream/readings", "ShardId": "%s",
                 "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": "%s"}
                """.formatted(SHARD, number));
    }

    private Optional<RefusedException> refusal(FrontCall call) {
        ServiceRules.Questions shards = (operation, question) -> {
            assertThat(operation).isEqualTo("ListShards");
            assertThat(question.path("StreamName").asText()).isEqualTo("readings");
            return Future.succeededFuture(json(
                    "{\"Shards\":[{\"ShardId\":\"%s\",\"SequenceNumberRange\":{\"StartingSequenceNumber\":\"%s\"}}]}"
                            .formatted(SHARD, NUMBER)));
        };
        Throwable cause = rules.before(call, shards).cause();
        return Optional.ofNullable((RefusedException) cause);
    }

    private static FrontCall call(String operation, String body) {
        return new FrontCall(AwsService.KINESIS, Accounts.SOURCE, "eu-west-1", operation, WireFormat.JSON, json(body));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String number(long second, int shard) {
        return new java.math.BigInteger(
                        "2%09x%x%016x%s%09x%08x2".formatted(second, shard, 7, "00", second + 60, shard), 16)
                .toString();
    }
}
