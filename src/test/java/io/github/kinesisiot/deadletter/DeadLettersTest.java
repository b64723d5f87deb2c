package io.github.kinesisiot.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.ReasonCoded;
import io.github.kinesisiot.kinesis.RecordHeaders;
import io.github.kinesisiot.time.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {

    @TempDir
    Path directory;

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T23:59:59Z"));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FailedRecords records = new FailedRecords(new FailedRecords.Origin("my-bridge", "readings"), time);

    // A dead letter without its payload or key cannot be replayed: then the record is lost after all.
    @Test
    void aLetterHoldsTheWholeRecordAndTheReason() throws Exception {
        byte[] payload = {0, (byte) 0xff, '\n', 'x'};
        letters(directory).process(failed(payload, new Refused("the topic has 9 levels")));

        JsonNode letter = new ObjectMapper().readTree(lines("2026-11-22.jsonl").get(0));
        assertThat(letter.get("payload").binaryValue()).isEqualTo(payload);
        assertThat(letter.get("partitionKey").asText()).isEqualTo("device\n7");
        assertThat(letter.get("sequenceNumber").asText()).isEqualTo("4951");
        assertThat(letter.get("subSequenceNumber").asLong()).isEqualTo(3);
        assertThat(letter.get("shardId").asText()).isEqualTo("shardId-000000000001");
        assertThat(letter.get("arrivedAt").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(letter.get("topic").asText()).isEqualTo("a/b");
        assertThat(letter.get("reason").asText()).isEqualTo("TOPIC_INVALID");
        assertThat(letter.get("message").asText()).contains("the topic has 9 levels");
        assertThat(letter.get("attempts").asInt()).isEqualTo(2);
        assertThat(letter.get("firstAttemptAt").asText()).isEqualTo("2026-11-22T10:00:01Z");
        assertThat(letter.get("bridge").asText()).isEqualTo("my-bridge");
        assertThat(letter.get("stream").asText()).isEqualTo("readings");
        assertThat(meters.get("bridge.dead.letters")
                        .tag("reason", "TOPIC_INVALID")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    // One file for ever cannot be rotated away; a letter a minute after midnight belongs to the new day.
    @Test
    void eachDayHasItsFile() throws Exception {
        var letters = letters(directory);
        letters.process(failed(new byte[0], new Refused("x")));
        letters.process(failed(new byte[0], new Refused("x")));
        time.advance(java.time.Duration.ofSeconds(1));
        letters.process(failed(new byte[0], new Refused("x")));
        assertThat(lines("2026-11-22.jsonl")).hasSize(2);
        assertThat(lines("2026-11-23.jsonl")).hasSize(1);
    }

    // A crash in the middle of a line must cost that line only, not the next one as well.
    @Test
    void aLineCutShortByACrashDoesNotSpoilTheNext() throws Exception {
        Files.writeString(directory.resolve("2026-11-22.jsonl"), "{\"payload\":\"AA");
        letters(directory).process(failed(new byte[0], new Refused("x")));
        assertThat(lines("2026-11-22.jsonl")).hasSize(2);
        new ObjectMapper().readTree(lines("2026-11-22.jsonl").get(1));
    }

    // JSON in UTF-8 has no half surrogate pairs: a letter that cannot be written is a record that is tried for ever.
    @Test
    void halfASurrogatePairIsStoredAndReadAgainAsItWas() throws Exception {
        Exchange exchange = failed(new byte[0], new Refused("x".repeat(1991) + "\uD83D\uDE00".repeat(10)));
        exchange.getMessage().setHeader(Kinesis2Constants.PARTITION_KEY, "device-\uD800");
        exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "\uDC00/ü");
        exchange.getMessage().setHeader("own\uD800", "\uD800");
        letters(directory).process(exchange);
        DeadLetter letter = DeadLetterJson.parse(lines("2026-11-22.jsonl").get(0));
        assertThat(letter.partitionKey()).isEqualTo("device-\uD800");
        assertThat(letter.topic()).isEqualTo("\uDC00/ü");
        assertThat(letter.headers()).containsEntry("own\uD800", "\uD800");
    }

    // Half a letter elsewhere, or two in one line, is a record that cannot be replayed.
    @Test
    void theBodyForAnotherStoreIsALineOfTheFile() throws Exception {
        var exchange = failed(new byte[] {0, (byte) 0xff}, new Refused("9 levels in \uffff\ud800ü"));
        letters(directory).process(exchange);
        new DeadLetterBody(records, new StoredLetters(meters)).process(exchange);
        String body = exchange.getMessage().getBody(String.class);
        assertThat(body).endsWith("\n").as("a queue refuses some characters").matches("\\p{ASCII}*");
        assertThat(body.strip()).doesNotContain("\n");
        var json = new ObjectMapper();
        assertThat(json.readTree(body))
                .isEqualTo(json.readTree(lines("2026-11-22.jsonl").get(0)));
    }

    // Headers of the main route would choose another bucket, or be too many attributes for a queue.
    @Test
    void onlyTheKeyTheTopicAndTheNameGoWithTheBody() throws Exception {
        var exchange = failed(new byte[0], new Refused("x"));
        exchange.getMessage().setHeader("CamelAwsS3BucketName", "another");
        new DeadLetterBody(records, new StoredLetters(meters)).process(exchange);
        assertThat(exchange.getMessage().getHeaders())
                .containsOnly(
                        Map.entry(Kinesis2Constants.PARTITION_KEY, "device\n7"),
                        Map.entry(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "a/b"),
                        Map.entry(DeadLetterBody.NAME, "shardId-000000000001/4951-000003"));
    }

    // A directory that cannot be written must stop the record, not lose it.
    @Test
    void whatCannotBeStoredIsNotSettled() throws Exception {
        Path file = Files.createFile(directory.resolve("not-a-directory"));
        assertThatThrownBy(() -> letters(file).process(failed(new byte[0], new Refused("x"))))
                .isInstanceOf(IOException.class);
        assertThat(meters.find("bridge.dead.letters").counters()).isEmpty();
    }

    private DeadLetters letters(Path where) {
        return new DeadLetters(records, new DeadLetterStore(where, time, "this test"), new StoredLetters(meters));
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file));
    }

    private static Exchange failed(byte[] payload, Exception reason) {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        var message = exchange.getMessage();
        message.setBody(payload);
        message.setHeader(Kinesis2Constants.PARTITION_KEY, "device\n7");
        message.setHeader(Kinesis2Constants.SEQUENCE_NUMBER, "4951");
        message.setHeader(Kinesis2Constants.SHARD_ID, "shardId-000000000001");
        message.setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, Instant.parse("2026-11-22T10:00:00Z"));
        message.setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "a/b");
        message.setHeader(RecordHeaders.SUB_SEQUENCE_NUMBER, 3L);
        message.setHeader(RecordHeaders.ATTEMPT, 2);
        exchange.setProperty(RecordHeaders.FIRST_ATTEMPT_AT, Instant.parse("2026-11-22T10:00:01Z"));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, reason);
        return exchange;
    }

    private static final class Refused extends Exception implements ReasonCoded {
        private Refused(String message) {
            super(message);
        }

        @Override
        public String reasonCode() {
            return "TOPIC_INVALID";
        }
    }
}
