package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.LocalCloud;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.crt.auth.credentials.Credentials;
import software.amazon.awssdk.crt.auth.signing.AwsSigner;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig.AwsSignatureType;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig.AwsSigningAlgorithm;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.LifecycleEvents;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.Mqtt5ClientOptionsBuilder;
import software.amazon.awssdk.crt.mqtt5.Mqtt5WebsocketHandshakeTransformArgs;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket.ConnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket.SubscribePacketBuilder;

/**
 * What a subscriber with the MQTT client of AWS's own device SDK sees, which comes through the same gate with a WebSocket that its own code has signed:
 * that shares nothing with ours or Paho's.
 */
class AwsSubscriberIT {

    private final List<PublishPacket> received = new CopyOnWriteArrayList<>();
    private LocalCloud cloud;
    private TestSessions sessions;
    private CamelContext camel;
    private ProducerTemplate template;
    private Mqtt5Client subscriber;
    private TlsContext tls;

    @BeforeEach
    void start() throws Exception {
        cloud = LocalCloud.start(CloudOptions.defaults().only(Part.STS, Part.IOT));
        sessions = TestSessions.of(cloud);
        sessions.begin();
        camel = new DefaultCamelContext();
        camel.getRegistry().bind("paho-mqtt5", new IotMqttComponent());
        camel.getRegistry().bind("assumedRole", sessions);
        camel.start();
        template = camel.createProducerTemplate();
        subscriber = subscribe("kinesis/#");
    }

    @AfterEach
    void stop() throws Exception {
        if (subscriber != null) {
            subscriber.stop(null);
            subscriber.close();
        }
        if (tls != null) {
            tls.close();
        }
        template.close();
        camel.stop();
        sessions.close();
        cloud.close();
    }

    private Mqtt5Client subscribe(String filter) throws Exception {
        URI gate = URI.create("wss://" + cloud.iot().endpoint());
        CompletableFuture<Void> connected = new CompletableFuture<>();
        Mqtt5ClientOptions options;
        try (TlsContextOptions trust = TlsContextOptions.createDefaultClient()) {
            trust.overrideDefaultTrustStoreFromPath(null, cloud.caFile().toString());
            tls = new TlsContext(trust);
            options = new Mqtt5ClientOptionsBuilder(gate.getHost(), (long) gate.getPort())
                    .withTlsContext(tls)
                    .withWebsocketHandshakeTransform(this::sign)
                    .withConnectOptions(new ConnectPacketBuilder()
                            .withClientId("aws-subscriber")
                            .build())
                    .withPublishEvents((client, publish) -> received.add(publish.getPublishPacket()))
                    .withLifecycleEvents(new Events(connected))
                    .build();
        }
        Mqtt5Client client = new Mqtt5Client(options);
        client.start();
        connected.get(30, TimeUnit.SECONDS);
        client.subscribe(new SubscribePacketBuilder()
                        .withSubscription(filter, QOS.AT_LEAST_ONCE)
                        .build())
                .get(30, TimeUnit.SECONDS);
        return client;
    }

    /** With the settings of the device SDK's own builder for signed WebSockets. */
    private void sign(Mqtt5WebsocketHandshakeTransformArgs handshake) {
        var session = (AwsSessionCredentials) sessions.resolveCredentials();
        try (AwsSigningConfig signing = new AwsSigningConfig()) {
            signing.setAlgorithm(AwsSigningAlgorithm.SIGV4);
            signing.setSignatureType(AwsSignatureType.HTTP_REQUEST_VIA_QUERY_PARAMS);
            signing.setRegion("eu-central-1");
            signing.setService("iotdevicegateway");
            signing.setCredentials(new Credentials(
                    bytes(session.accessKeyId()), bytes(session.secretAccessKey()), bytes(session.sessionToken())));
            signing.setOmitSessionToken(true);
            AwsSigner.signRequest(handshake.getHttpRequest(), signing).whenComplete((signed, failure) -> {
                if (failure == null) {
                    handshake.complete(signed);
                } else {
                    handshake.completeExceptionally(failure);
                }
            });
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record Events(CompletableFuture<Void> connected) implements LifecycleEvents {

        @Override
        public void onAttemptingConnect(Mqtt5Client client, OnAttemptingConnectReturn attempt) {}

        @Override
        public void onConnectionSuccess(Mqtt5Client client, OnConnectionSuccessReturn success) {
            connected.complete(null);
        }

        @Override
        public void onConnectionFailure(Mqtt5Client client, OnConnectionFailureReturn failure) {
            connected.completeExceptionally(new IllegalStateException("error code " + failure.getErrorCode()));
        }

        @Override
        public void onDisconnection(Mqtt5Client client, OnDisconnectionReturn disconnection) {}

        @Override
        public void onStopped(Mqtt5Client client, OnStoppedReturn stopped) {}
    }

    private void publish(String key, int number) {
        String uri =
                "paho-mqtt5:x?clientId=bridge&connections=3&credentialsProvider=#assumedRole&signingRegion=eu-central-1"
                        + "&contentType=text/plain&payloadFormat=utf-8&messageExpiry=1h"
                        + "&userProperties=partition-key,sequence-number,shard,arrival-time&caFile=" + cloud.caFile()
                        + "&brokerUrl=wss://" + cloud.iot().endpoint() + "/mqtt";
        Exchange answer = template.send(uri, exchange -> {
            exchange.getIn().setBody(key + " grün " + number);
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "kinesis/" + key);
            exchange.getIn().setHeader("CamelAwsKinesisPartitionKey", key);
            exchange.getIn().setHeader("CamelAwsKinesisSequenceNumber", String.valueOf(1000 + number));
            exchange.getIn().setHeader("CamelAwsKinesisShardId", "shardId-000000000003");
            exchange.getIn()
                    .setHeader("CamelAwsKinesisApproximateArrivalTimestamp", Instant.parse("2026-11-22T10:00:00Z"));
            exchange.getIn().setHeader(IotMqttHeaders.RESPONSE_TOPIC, "answers/" + key);
            exchange.getIn().setHeader(IotMqttHeaders.CORRELATION_DATA, "c" + number);
            exchange.getIn().setHeader(IotMqttHeaders.USER_PROPERTY + "site", "north");
        });
        assertThat(answer.getException()).isNull();
    }

    /** Properties written in a way that only Paho can read, or messages of a key out of order. */
    @Test
    void seesPayloadPropertiesAndTheOrderOfEachKey() {
        for (int i = 0; i < 30; i++) {
            publish("device-" + i % 3, i);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> received.size() >= 30);
        assertThat(cloud.iot().refusals()).isEmpty();
        assertThat(cloud.iot().live())
                .as("the bridge's connections and the subscriber's")
                .hasSize(4);
        assertThat(received).hasSize(30);
        Map<String, List<Integer>> order = new HashMap<>();
        for (PublishPacket packet : received) {
            String key = packet.getTopic().substring("kinesis/".length());
            Map<String, String> properties = new HashMap<>();
            packet.getUserProperties().forEach(p -> properties.put(p.key, p.value));
            int number = Integer.parseInt(properties.get("sequence-number")) - 1000;
            order.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>()).add(number);
            assertThat(new String(packet.getPayload(), StandardCharsets.UTF_8)).isEqualTo(key + " grün " + number);
            assertThat(properties)
                    .containsEntry("partition-key", key)
                    .containsEntry("shard", "shardId-000000000003")
                    .containsEntry("arrival-time", "2026-11-22T10:00:00Z")
                    .containsEntry("site", "north")
                    .hasSize(5);
            assertThat(packet.getContentType()).isEqualTo("text/plain");
            assertThat(packet.getPayloadFormat()).isEqualTo(PublishPacket.PayloadFormatIndicator.UTF8);
            assertThat(packet.getMessageExpiryIntervalSeconds()).isBetween(3590L, 3600L);
            assertThat(packet.getResponseTopic()).isEqualTo("answers/" + key);
            assertThat(packet.getCorrelationData()).isEqualTo(("c" + number).getBytes(StandardCharsets.UTF_8));
        }
        order.forEach((key, numbers) -> assertThat(numbers)
                .as(key)
                .isEqualTo(IntStream.range(0, 30)
                        .filter(i -> key.equals("device-" + i % 3))
                        .boxed()
                        .toList()));
    }
}
