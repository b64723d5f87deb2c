package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.kinesis.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.apache.camel.test.main.junit5.Configure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/filter-by-content.camel.yaml} in the place of the main route, its ends swapped. */
@CamelMainTest(
        propertyPlaceholderLocations = "file:config/application.properties",
        properties = {
            "kinesis.stream=readings",
            "kinesis.region=eu-west-1",
            "kinesis.application=readings-iot-bridge",
            "iot.endpoint=localhost:8443",
            "iot.region=eu-west-1",
            "iot.client-id=test",
            "camel.management.port=0"
        },
        replaceRouteFromWith = "kinesis-to-iot=direct:records",
        mockEndpointsAndSkip = "(paho-mqtt5|aws2-sts):.*")
class FilterExampleTest {

    @TempDir
    static Path deadLetters;

    @Produce("direct:records")
    private ProducerTemplate records;

    @EndpointInject("mock:paho-mqtt5:kinesis")
    private MockEndpoint broker;

    @Configure
    void example(MainConfigurationProperties main) throws Exception {
        var environment = Map.of(
                "KINESIS_STREAM", "readings",
                "KINESIS_REGION", "eu-west-1",
                "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
                "IOT_ENDPOINT", "localhost:8443",
                "IOT_REGION", "eu-west-1",
                "DEAD_LETTER_DIRECTORY", deadLetters.toString());
        main.setRoutesIncludePattern("file:examples/filter-by-content.camel.yaml,file:routes/assume-role.camel.yaml,"
                + "file:routes/error-handling.camel.yaml,file:routes/dead-letter.camel.yaml");
        main.addConfiguration(new BridgeConfiguration(SettingsReader.read(
                Path.of("config/application.properties"), environment, new Properties(), Machine.real())));
    }

    @BeforeEach
    void reset() {
        broker.reset();
    }

    // A filter that lets everything through is noticed by nobody until the bill comes.
    @Test
    void aRecordThatPassesTheFilterIsPublished() throws Exception {
        broker.expectedMessageCount(1);
        assertThat(send("{\"temperature\": 25.5}").getException()).isNull();
        broker.assertIsSatisfied();
    }

    // A dropped record that fails its exchange would be tried again for ever and hold up its shard.
    @Test
    void aRecordThatTheFilterDropsIsSettledAndNotPublished() throws Exception {
        broker.expectedMessageCount(0);
        assertThat(send("{\"temperature\": 24.9}").getException()).isNull();
        assertThat(send("{\"humidity\": 40}").getException()).isNull();
        broker.assertIsSatisfied();
        assertThat(deadLetters).isDirectoryNotContaining("glob:**.jsonl");
    }

    // One record that is no JSON must not stop the others, and must not be lost.
    @Test
    void aRecordThatIsNoJsonGoesToTheDeadLetter() throws Exception {
        broker.expectedMessageCount(0);
        assertThat(send("not JSON").getException()).isNull();
        broker.assertIsSatisfied();
        try (var files = Files.newDirectoryStream(deadLetters, "*.jsonl")) {
            Path file = files.iterator().next();
            assertThat(Files.readString(file)).contains("ROUTE_STEP_FAILED");
            Files.delete(file);
        }
    }

    // A few bytes that cost a parser minutes, its stack or its heap, or that it reports as a fault of the connection,
    // stop a
    // shard for all devices on it.
    @Test
    void jsonMadeToBreakParsersIsDroppedOrADeadLetterWithinSeconds() throws Exception {
        String deep = "[".repeat(100_000);
        String digits = "1".repeat(1 << 20);
        Map<String, String> bombs = new LinkedHashMap<>();
        bombs.put("100,000 open arrays", deep);
        bombs.put("100,000 arrays", "{\"temperature\":" + deep + "]".repeat(100_000) + "}");
        bombs.put("100,000 objects", "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000));
        bombs.put("a large exponent", "{\"temperature\":1e999999999}");
        bombs.put("a small exponent", "{\"temperature\":1e-999999999}");
        bombs.put("a large exponent in quotes", "{\"temperature\":\"1e999999999\"}");
        bombs.put("a number of a million digits", "{\"temperature\":" + digits + "}");
        bombs.put("a fraction of a million digits", "{\"temperature\":0." + digits + "}");
        bombs.put("a million digits in quotes", "{\"temperature\":\"" + digits + "\"}");
        bombs.put("nothing but a million characters", "\"" + digits + "\"");
        bombs.put("50,000 readings", "[" + "{\"temperature\":1},".repeat(50_000) + "{}]");
        bombs.put("50,000 empty names", "{" + "\"\":1,".repeat(50_000) + "\"\":1}");
        bombs.put("nothing", "");
        bombs.put("null", "null");
        bombs.put("half a surrogate pair", "{\"temperature\":\"\\ud800\"}");
        broker.expectedMessageCount(0);
        Map<String, Future<Exchange>> all = new LinkedHashMap<>();
        bombs.forEach((name, bomb) -> all.put(name, records.asyncSend("direct:records", record(bomb))));
        for (var bomb : all.entrySet()) {
            Exchange ended = bomb.getValue().get(20, TimeUnit.SECONDS);
            assertThat(ended.getException()).as(bomb.getKey()).isNull();
        }
        broker.assertIsSatisfied();
        try (var files = Files.newDirectoryStream(deadLetters, "*.jsonl")) {
            for (Path file : files) {
                assertThat(Files.readAllLines(file)).isNotEmpty().allSatisfy(letter -> assertThat(letter)
                        .contains("\"reason\":\"ROUTE_STEP_FAILED\""));
                Files.delete(file);
            }
        }
    }

    private Exchange send(String json) {
        return records.request("direct:records", record(json));
    }

    private static Processor record(String json) {
        return exchange -> {
            exchange.getMessage().setBody(json.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage()
                    .setHeaders(new java.util.HashMap<>(Map.of(
                            Kinesis2Constants.PARTITION_KEY, "device-7",
                            Kinesis2Constants.SEQUENCE_NUMBER, "1",
                            Kinesis2Constants.SHARD_ID, "shardId-000000000000",
                            RecordHeaders.ATTEMPT, 1)));
        };
    }
}
