package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.iot.PublishRefusedException;
import io.micrometer.core.instrument.Counter;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** {@code examples/dead-letter-to-….camel.yaml}, each in the place of the shipped dead-letter route, the ends of the routes swapped. */
class DeadLetterExamplesTest {

    @TempDir
    Path home;

    private ExampleBridge bridge;
    private MockEndpoint store;

    @AfterEach
    void end() {
        bridge.close();
    }

    // A letter without the payload, or with what the route made of it, is a lost record.
    @ParameterizedTest
    @ValueSource(strings = {"sqs", "s3", "kinesis"})
    void theLetterIsSentWholeAndCountedAndTheRecordIsSettled(String service) throws Exception {
        start(service);
        assertThat(refused().getException()).isNull();
        assertThat(store.getExchanges()).singleElement().satisfies(sent -> {
            var letter = new ObjectMapper().readTree(sent.getMessage().getBody(String.class));
            assertThat(letter.get("payload").binaryValue()).isEqualTo("reading".getBytes(StandardCharsets.UTF_8));
            assertThat(letter.get("reason").asText()).isEqualTo("TOPIC_INVALID");
            assertThat(letter.get("partitionKey").asText()).isEqualTo("a/b");
            assertThat(letter.get("topic").asText()).isEqualTo("kinesis/a/b");
            assertThat(letter.get("routeId").asText()).isEqualTo("kinesis-to-iot");
            assertThat(sent.getMessage().getHeader(Kinesis2Constants.PARTITION_KEY))
                    .isEqualTo("a/b");
            assertThat(sent.getMessage().getHeader(Kinesis2Constants.SEQUENCE_NUMBER))
                    .isNull();
        });
        assertThat(counted()).isEqualTo(1);
        assertThat(home.resolve("dead-letter")).doesNotExist();
    }

    // Settled although the store was away: that is how records are lost.
    @ParameterizedTest
    @ValueSource(strings = {"sqs", "s3", "kinesis"})
    void aRecordWhoseLetterCannotBeSentIsNeitherSettledNorCounted(String service) throws Exception {
        start(service);
        store.whenAnyExchangeReceived(exchange -> {
            throw new ConnectException("the store is away");
        });
        assertThat(refused().getException()).hasMessageContaining("the store is away");
        assertThat(counted()).isZero();
    }

    private void start(String service) throws Exception {
        bridge = ExampleBridge.start(
                home,
                "dead-letter",
                "dead-letter-to-" + service,
                Map.of("letters.queue-url", "letters", "letters.bucket", "letters", "letters.stream", "letters"),
                DeadLetterExamplesTest::silentServices);
        store = bridge.mock("aws2-" + service + ":letters");
    }

    private Exchange refused() throws Exception {
        bridge.broker("kinesis").whenAnyExchangeReceived(exchange -> {
            throw new PublishRefusedException("TOPIC_INVALID", "the topic has 9 levels");
        });
        return bridge.attempt("a/b", "1", "reading");
    }

    private double counted() {
        return bridge.meters().find("bridge.dead.letters").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** Answer nothing: that is enough for the question whether the bucket is there, and SQS is to be asked nothing. */
    private static void silentServices(CamelContext camel) {
        camel.getRegistry().bind("sqs", silent(SqsClient.class));
        camel.getRegistry().bind("s3", silent(S3Client.class));
    }

    private static <T> T silent(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> type.getSimpleName();
                    default -> null;
                }));
    }
}
