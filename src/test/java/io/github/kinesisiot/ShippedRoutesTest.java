package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.credentials.AssumeRoleRoute;
import io.github.kinesisiot.iot.PublishFailedException;
import io.github.kinesisiot.iot.PublishRefusedException;
import io.github.kinesisiot.kinesis.RecordHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.UTFDataFormatException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.EndpointInject;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.apache.camel.test.main.junit5.Configure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** The YAML files as shipped, with their ends swapped: records come from {@code direct:records}; the broker and STS are mocks. */
@CamelMainTest(
        propertyPlaceholderLocations = "file:config/application.properties",
        properties = {
            "kinesis.stream=readings",
            "kinesis.region=eu-west-1",
            "kinesis.application=readings-iot-bridge",
            "external.role.arn=" + ShippedRoutesTest.ROLE,
            "iot.endpoint=localhost:8443",
            "iot.region=eu-west-1",
            "iot.client-id=test",
            "camel.management.port=0"
        },
        replaceRouteFromWith = "kinesis-to-iot=direct:records",
        mockEndpointsAndSkip = "(paho-mqtt5|aws2-sts):.*")
class ShippedRoutesTest {

    static final String ROLE = "arn:aws:iam::222222222222:role/bridge";

    @TempDir
    static Path deadLetters;

    @Produce("direct:records")
    private ProducerTemplate records;

    @EndpointInject("mock:paho-mqtt5:kinesis")
    private MockEndpoint broker;

    @EndpointInject("mock:aws2-sts:target-role")
    private MockEndpoint sts;

    @Configure
    void shipped(MainConfigurationProperties main) throws Exception {
        var environment = Map.of(
                "KINESIS_STREAM", "readings",
                "KINESIS_REGION", "eu-west-1",
                "EXTERNAL_ROLE_ARN", ROLE,
                "IOT_ENDPOINT", "localhost:8443",
                "IOT_REGION", "eu-west-1",
                "MAX_ATTEMPTS", "5",
                "DEAD_LETTER_DIRECTORY", deadLetters.toString());
        main.setRoutesIncludePattern("file:routes/*.camel.yaml");
        main.addConfiguration(new BridgeConfiguration(SettingsReader.read(
                Path.of("config/application.properties"), environment, new Properties(), Machine.real())));
    }

    @BeforeEach
    void noLettersYet() throws Exception {
        MockEndpoint.resetMocks(broker.getCamelContext());
        try (var files = Files.list(deadLetters)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    // The commonest way to break the main job is an edit of the topic or of the order of the steps.
    @Test
    void aRecordIsPublishedOnTheTopicOfItsKeyWithItsBytes() throws Exception {
        byte[] data = {0, 1, (byte) 0xff};
        broker.expectedMessageCount(1);
        broker.expectedHeaderReceived(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "kinesis/device-7");
        records.sendBodyAndHeaders(data, headers("device-7", 1));
        broker.assertIsSatisfied();
        assertThat(broker.getExchanges().get(0).getMessage().getBody(byte[].class))
                .isEqualTo(data);
        assertThat(letters()).isEmpty();
    }

    // One record that can never be published would block its shard for as long as the stream keeps it.
    @Test
    void aRecordRefusedForGoodIsStoredAndSettled() throws Exception {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new PublishRefusedException("TOPIC_INVALID", "the topic has 9 levels");
        });
        records.sendBodyAndHeaders("reading".getBytes(StandardCharsets.UTF_8), headers("a/b", 1));
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.get("reason").asText()).isEqualTo("TOPIC_INVALID");
            assertThat(letter.get("topic").asText()).isEqualTo("kinesis/a/b");
            assertThat(letter.get("partitionKey").asText()).isEqualTo("a/b");
            assertThat(letter.get("routeId").asText()).isEqualTo("kinesis-to-iot");
            assertThat(letter.get("payload").binaryValue()).isEqualTo("reading".getBytes(StandardCharsets.UTF_8));
        });
        broker.expectedMessageCount(1);
        broker.assertIsSatisfied();
    }

    // A broker that is away for an hour must not drain the stream into the dead letter.
    @Test
    void aFaultThatPassesIsLeftToTheSource() throws Exception {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new PublishFailedException("CONNECTION_LOST", "gone", null);
        });
        var failure = catchThrowableOfType(
                CamelExecutionException.class,
                () -> records.sendBodyAndHeaders("reading".getBytes(StandardCharsets.UTF_8), headers("a", 1)));
        assertThat(failure).hasCauseInstanceOf(PublishFailedException.class);
        assertThat(letters()).isEmpty();
        broker.expectedMessageCount(1);
        broker.assertIsSatisfied();
    }

    // A user's filter that throws for one record: tried a few times, then out of the way.
    @Test
    void aFailingStepIsTriedThreeTimesMoreAndThenStored() throws Exception {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new IllegalArgumentException("not a reading");
        });
        records.sendBodyAndHeaders("?".getBytes(StandardCharsets.UTF_8), headers("a", 1));
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.get("reason").asText()).isEqualTo("ROUTE_STEP_FAILED");
            assertThat(letter.get("message").asText()).contains("not a reading");
        });
        broker.expectedMessageCount(4);
        broker.assertIsSatisfied();
    }

    // Most parsers throw an IOException by inheritance, and a fault outside is waited out: one broken record blocked
    // its
    // shard for ever. An Error is no Exception, and must not go past the dead letter or end a thread.
    @Test
    void whatAStepSaysOfBrokenDataIsTheRecordsOwnFault() throws Exception {
        List<Throwable> all = List.of(
                new JsonParseException("Unrecognized token"),
                new StreamConstraintsException("Document nesting depth (1001) exceeds the maximum allowed"),
                new RuntimeException(new StreamConstraintsException("Number value length exceeds the maximum allowed")),
                new InvalidProtocolBufferException("Protocol message had invalid UTF-8."),
                new ZipException("Not in GZIP format"),
                new MalformedInputException(1),
                new InvalidObjectException("no"),
                new UTFDataFormatException("no"),
                new StackOverflowError());
        broker.whenAnyExchangeReceived(exchange -> {
            Throwable thrown = all.get(exchange.getMessage().getBody(Integer.class));
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        });
        List<Future<Object>> ended = new ArrayList<>();
        for (int n = 0; n < all.size(); n++) {
            ended.add(records.asyncRequestBodyAndHeaders("direct:records", n, headers("key-" + n, 1)));
        }
        for (Future<Object> one : ended) {
            one.get(20, TimeUnit.SECONDS);
        }
        assertThat(letters())
                .hasSize(all.size())
                .allSatisfy(letter -> assertThat(letter.get("reason").asText()).isEqualTo("ROUTE_STEP_FAILED"));
    }

    // The other way round: a step that calls out and finds nobody there must not drain the stream.
    @Test
    void aConnectionThatAStepCannotMakeIsLeftToTheSource() throws Exception {
        // The last three as they really look: Camel goes by the innermost cause.
        var cut = new EOFException("SSL peer shut down incorrectly");
        for (Exception fault : List.of(
                new ConnectException("Connection refused"),
                new SocketTimeoutException("Read timed out"),
                new IOException("No space left on device"),
                new SSLException("Remote host terminated the handshake", cut),
                SdkClientException.create("Unable to execute HTTP request", new IOException(cut)),
                new PublishFailedException("CONNECTION_LOST", "the connection ended before the PUBACK came", cut))) {
            broker.whenAnyExchangeReceived(exchange -> {
                throw fault;
            });
            var failure = catchThrowableOfType(
                    CamelExecutionException.class, () -> records.sendBodyAndHeaders(new byte[0], headers("a", 1)));
            assertThat(failure).hasCause(fault);
        }
        assertThat(letters()).isEmpty();
    }

    // A letter of a record that is published afterwards is a record published twice at the next replay.
    @Test
    void aFaultOutsideWhileAFailingStepIsTriedAgainStoresNoLetter() throws Exception {
        var tries = new AtomicInteger();
        broker.whenAnyExchangeReceived(exchange -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("HTTP 500");
            }
            throw new ConnectException("Connection refused");
        });
        var failure = catchThrowableOfType(
                CamelExecutionException.class, () -> records.sendBodyAndHeaders(new byte[0], headers("a", 1)));
        assertThat(failure).hasCauseInstanceOf(ConnectException.class);
        assertThat(tries).hasValue(2);
        assertThat(letters()).isEmpty();
    }

    // max-attempts that is read and ignored is worse than none.
    @Test
    void aRecordOverItsAttemptsIsStoredWithoutAnotherTry() throws Exception {
        broker.expectedMessageCount(0);
        records.sendBodyAndHeaders(new byte[0], headers("a", 6));
        assertThat(letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.get("reason").asText()).isEqualTo("MAX_ATTEMPTS"));
        broker.assertIsSatisfied();
    }

    // Camel goes by the innermost cause: a record given up because of a lost connection was tried for ever.
    @Test
    void aRecordOverItsAttemptsIsStoredWhateverItsLastFailureWas() throws Exception {
        records.send(exchange -> {
            exchange.getMessage().setBody(new byte[0]);
            exchange.getMessage().setHeaders(new HashMap<>(headers("a", 6)));
            exchange.setProperty(
                    RecordHeaders.LAST_FAILURE, new PublishFailedException("CONNECTION_LOST", "gone", null));
        });
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.get("reason").asText()).isEqualTo("MAX_ATTEMPTS");
            assertThat(letter.get("message").asText()).contains("gone");
        });
    }

    // Settled although it is stored nowhere: that is how records are lost.
    @Test
    void aRecordWhoseDeadLetterCannotBeStoredIsNotSettled() throws Exception {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new PublishRefusedException("TOPIC_INVALID", "no");
        });
        // Today's file, and tomorrow's in case the day ends now, cannot be opened.
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Path first = Files.createDirectory(deadLetters.resolve(today + ".jsonl"));
        Path second = Files.createDirectory(deadLetters.resolve(today.plusDays(1) + ".jsonl"));
        var failure = catchThrowableOfType(
                CamelExecutionException.class, () -> records.sendBodyAndHeaders(new byte[0], headers("a", 1)));
        Files.delete(first);
        Files.delete(second);
        assertThat(failure).hasRootCauseInstanceOf(IOException.class);
    }

    // The route hands the request through untouched: external id, tags and durations are the bean's.
    @Test
    void theRoleIsAssumedThroughItsRoute() throws Exception {
        var answer = AssumeRoleResponse.builder()
                .credentials(c -> c.accessKeyId("ASIA").expiration(Instant.now()))
                .build();
        sts.whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(answer));
        var request =
                AssumeRoleRequest.builder().roleArn(ROLE).externalId("tenant").build();
        assertThat(new AssumeRoleRoute(sts.getCamelContext()).send(request)).isSameAs(answer);
        assertThat(sts.getReceivedExchanges())
                .anySatisfy(exchange -> assertThat(exchange.getIn().getBody()).isSameAs(request));
    }

    private static Map<String, Object> headers(String key, int attempt) {
        return Map.of(
                Kinesis2Constants.PARTITION_KEY,
                key,
                Kinesis2Constants.SEQUENCE_NUMBER,
                "1",
                Kinesis2Constants.SHARD_ID,
                "shardId-000000000000",
                RecordHeaders.ATTEMPT,
                attempt);
    }

    private List<JsonNode> letters() throws Exception {
        List<JsonNode> letters = new ArrayList<>();
        try (var files = Files.newDirectoryStream(deadLetters, "*.jsonl")) {
            for (Path file : files) {
                for (String line : Files.readAllLines(file)) {
                    letters.add(new ObjectMapper().readTree(line));
                }
            }
        }
        return letters;
    }
}
