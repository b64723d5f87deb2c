package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.iot.PublishRefusedException;
import io.github.kinesisiot.kinesis.RecordHeaders;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.mock.InterceptSendToMockEndpointStrategy;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
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

    private Main main;
    private MockEndpoint broker;
    private MockEndpoint store;

    @AfterEach
    void end() {
        main.stop();
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
        Path routes = Files.createDirectory(home.resolve("routes"));
        for (String shipped : List.of("assume-role", "error-handling", "kinesis-to-iot")) {
            Files.copy(Path.of("routes", shipped + ".camel.yaml"), routes.resolve(shipped + ".camel.yaml"));
        }
        Files.copy(
                Path.of("examples/dead-letter-to-" + service + ".camel.yaml"),
                routes.resolve("dead-letter.camel.yaml"));
        var environment = Map.of(
                "KINESIS_STREAM", "readings",
                "KINESIS_REGION", "eu-west-1",
                "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
                "IOT_ENDPOINT", "localhost:8443",
                "IOT_REGION", "eu-west-1",
                "DEAD_LETTER_DIRECTORY", home.resolve("dead-letter").toString());
        main = BridgeMain.of(
                home,
                SettingsReader.read(
                        Path.of("config/application.properties"), environment, new Properties(), Machine.real()));
        for (String place : List.of("letters.queue-url", "letters.bucket", "letters.stream")) {
            main.addOverrideProperty(place, "letters");
        }
        main.addOverrideProperty("camel.management.enabled", "false");
        main.configure().addConfiguration(new OtherEnds());
        main.start();
        broker = main.getCamelContext().getEndpoint("mock:paho-mqtt5:kinesis", MockEndpoint.class);
        store = main.getCamelContext().getEndpoint("mock:aws2-" + service + ":letters", MockEndpoint.class);
    }

    private Exchange refused() throws Exception {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new PublishRefusedException("TOPIC_INVALID", "the topic has 9 levels");
        });
        return main.getCamelTemplate().request("direct:records", exchange -> {
            exchange.getMessage().setBody("reading".getBytes(StandardCharsets.UTF_8));
            exchange.getMessage()
                    .setHeaders(new HashMap<>(Map.of(
                            Kinesis2Constants.PARTITION_KEY, "a/b",
                            Kinesis2Constants.SEQUENCE_NUMBER, "1",
                            Kinesis2Constants.SHARD_ID, "shardId-000000000000",
                            RecordHeaders.ATTEMPT, 1)));
        });
    }

    private double counted() {
        var meters = main.getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
        return meters.find("bridge.dead.letters").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** Records come from {@code direct:records}; the broker and every AWS service are mocks. */
    private static final class OtherEnds implements CamelConfiguration {

        @Override
        public void configure(CamelContext camel) {
            // Answers nothing: that is enough for the question whether the bucket is there, and SQS is to be asked
            // nothing.
            camel.getRegistry().bind("sqs", silent(SqsClient.class));
            camel.getRegistry().bind("s3", silent(S3Client.class));
            camel.getCamelContextExtension()
                    .registerEndpointCallback(
                            new InterceptSendToMockEndpointStrategy("(paho-mqtt5|aws2-[a-z0-9]+):.*", true));
            camel.getCamelContextExtension()
                    .getContextPlugin(Model.class)
                    .addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
                        @Override
                        public void onAddRouteDefinition(RouteDefinition route) {
                            if (route.getInput().getEndpointUri().startsWith("aws2-kinesis:")) {
                                route.getInput().setUri("direct:records");
                            }
                        }
                    });
        }

        private static <T> T silent(Class<T> type) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        case "toString" -> type.getSimpleName();
                        default -> null;
                    }));
        }
    }
}
