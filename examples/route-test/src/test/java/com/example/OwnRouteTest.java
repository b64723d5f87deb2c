package com.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.kinesisiot.iot.IotMqttComponent;
import io.github.kinesisiot.iot.PublishFailedException;
import io.github.kinesisiot.iot.PublishRefusedException;
import io.github.kinesisiot.kinesis.KclKinesisComponent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.apache.camel.test.main.junit5.Configure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;

/**
 * Your own routes, from the folder routes/ of the bridge, without AWS and without a network: records come from {@code direct:records}, what
 * would be published is in {@link #broker}, and what would become a dead letter in {@link #deadLetters}.
 */
@CamelMainTest(
        // The settings that your routes name as {{…}}: the bridge's own, and yours.
        propertyPlaceholderLocations = "file:config/application.properties",
        properties = {
            "kinesis.stream=readings",
            "kinesis.region=eu-west-1",
            "kinesis.application=readings-iot-bridge",
            "iot.endpoint=localhost:8443",
            "iot.region=eu-west-1",
            "iot.client-id=test",
            "camel.management.enabled=false"
        },
        replaceRouteFromWith = "kinesis-to-iot=direct:records",
        mockEndpointsAndSkip = "(paho-mqtt5|aws2-.*):.*")
class OwnRouteTest {

    @Produce("direct:records")
    private ProducerTemplate records;

    @EndpointInject("mock:paho-mqtt5:kinesis")
    private MockEndpoint broker;

    @EndpointInject("mock:dead-letters")
    private MockEndpoint deadLetters;

    @Configure
    void bridge(MainConfigurationProperties main) {
        main.setRoutesIncludePattern("file:routes/*.camel.yaml");
        main.addConfiguration(new Beans());
    }

    @BeforeEach
    void reset() {
        MockEndpoint.resetMocks(broker.getCamelContext());
    }

    @Test
    void aRecordIsPublishedOnItsTopic() {
        Exchange ended = record("device-7", "{\"temperature\": 21.5}");
        assertNull(ended.getException(), "settled");
        Exchange published = broker.getExchanges().get(0);
        assertEquals("kinesis/device-7", published.getMessage().getHeader("CamelPahoMqtt5OverrideTopic"));
        assertArrayEquals(
                "{\"temperature\": 21.5}".getBytes(StandardCharsets.UTF_8),
                published.getMessage().getBody(byte[].class));
    }

    @Test
    void aRecordThatCanNeverBePublishedIsADeadLetterAndSettled() {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new PublishRefusedException("PAYLOAD_TOO_LARGE", "too large");
        });
        assertNull(record("device-7", "{}").getException(), "settled");
        assertEquals(1, deadLetters.getReceivedCounter());
    }

    @Test
    void aFaultThatPassesIsNeitherSettledNorADeadLetter() {
        broker.whenAnyExchangeReceived(exchange -> {
            throw new PublishFailedException("CONNECTION_LOST", "gone", null);
        });
        assertInstanceOf(PublishFailedException.class, record("device-7", "{}").getException());
        assertEquals(0, deadLetters.getReceivedCounter());
    }

    /** What the source does with a record. Without an exception in what comes back the record is settled, else it is tried again. */
    private Exchange record(String partitionKey, String data) {
        return records.request("direct:records", exchange -> {
            exchange.getMessage().setBody(data.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setHeader("CamelAwsKinesisPartitionKey", partitionKey);
            exchange.getMessage().setHeader("CamelAwsKinesisSequenceNumber", "1");
            exchange.getMessage().setHeader("CamelAwsKinesisShardId", "shardId-000000000000");
            exchange.getMessage().setHeader("KinesisSubSequenceNumber", 0L);
        });
    }

    /** What the routes name and the bridge would bind. Public, since Camel makes it. */
    public static final class Beans implements CamelConfiguration {

        @Override
        public void configure(CamelContext camel) {
            camel.setAllowUseOriginalMessage(true);
            var registry = camel.getRegistry();
            registry.bind("aws2-kinesis", new KclKinesisComponent());
            registry.bind("paho-mqtt5", new IotMqttComponent());
            registry.bind("assumedRole", AnonymousCredentialsProvider.create());
            Processor nothing = exchange -> {};
            List.of("hold", "recordLimits", "deadLetterGate").forEach(name -> registry.bind(name, nothing));
            Processor toMock = exchange -> camel.createFluentProducerTemplate()
                    .withBody(exchange.getMessage().getBody())
                    .withHeaders(new HashMap<>(exchange.getMessage().getHeaders()))
                    .to("mock:dead-letters")
                    .send();
            registry.bind("deadLetters", toMock);
            registry.bind("deadLetterBody", toMock);
        }
    }
}
