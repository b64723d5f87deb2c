package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The component as a route sees it. */
class IotMqttComponentTest {

    private static final String AWS = "wss://x-ats.iot.eu-west-1.amazonaws.com/mqtt";

    private final List<MqttPublish> received = new CopyOnWriteArrayList<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final IotMqttComponent component = new IotMqttComponent();
    private CamelContext camel;
    private ScriptedBroker broker;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        broker = new ScriptedBroker(peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            while (true) {
                MqttPublish publish = peer.publish();
                received.add(publish);
                if (publish.getMessage().getQos() > 0) {
                    peer.acknowledge(publish, 0);
                }
            }
        });
        camel = new DefaultCamelContext();
        camel.getRegistry().bind("paho-mqtt5", component);
        camel.getRegistry().bind("assumedRole", TestSessions.invented());
        camel.getRegistry().bind("meters", meters);
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        template.close();
        camel.stop();
        broker.close();
        assertThat(broker.scriptFailures).isEmpty();
    }

    private String plain(String options) {
        return "paho-mqtt5:topic?brokerUrl=" + broker.url() + options;
    }

    private PoolSettings settings(String options) {
        return PoolSettingsReader.read(camel.getEndpoint("paho-mqtt5:topic?" + options, IotMqttEndpoint.class));
    }

    /** Routes written for Camel's component use its headers. */
    @Test
    void camelsHeadersOverrideTheEndpoint() {
        MqttProperties properties = new MqttProperties();
        properties.getUserProperties().add(new UserProperty("k", "v"));
        Exchange answer = template.send(plain("&qos=1"), exchange -> {
            exchange.getIn().setBody("hello");
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "other/topic");
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, "0");
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_RETAINED, true);
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_PROPERTIES, properties);
        });
        assertThat(answer.getException()).isNull();
        await().until(() -> received.size() == 1);
        MqttPublish publish = received.get(0);
        assertThat(publish.getTopicName()).isEqualTo("other/topic");
        assertThat(publish.getMessage().getQos()).isZero();
        assertThat(publish.getMessage().isRetained()).isTrue();
        assertThat(publish.getProperties().getUserProperties()).containsExactly(new UserProperty("k", "v"));
    }

    /** A message that can never be published must be told apart from one that failed for now. */
    @Test
    void whatCannotBePublishedIsRefusedAtOnce() {
        assertThat(refusal(null)).isEqualTo("PAYLOAD_MISSING");
        assertThat(refusal("x", PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "a/#"))
                .isEqualTo("TOPIC_INVALID");
        assertThat(refusal("x", PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, 3)).isEqualTo("QOS_INVALID");
        assertThat(refusal("x", PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, "high")).isEqualTo("MESSAGE_INVALID");
        assertThat(received).isEmpty();
    }

    private String refusal(Object body, Object... header) {
        Exchange answer = template.send(plain("&qos=1"), exchange -> {
            exchange.getIn().setBody(body);
            if (header.length > 0) {
                exchange.getIn().setHeader((String) header[0], header[1]);
            }
        });
        assertThat(answer.getException()).isInstanceOf(PublishRefusedException.class);
        return ((PublishRefusedException) answer.getException()).reasonCode();
    }

    /** A route step that blocks on Paho's thread would hold up every other PUBACK until it times out. */
    @Test
    void aRouteThatBlocksAfterThePublishHoldsUpNoOther() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:blocking").to(plain("&qos=1")).process(e -> release.await());
            }
        });
        List<CompletableFuture<Exchange>> blocked = IntStream.range(0, 3)
                .mapToObj(i ->
                        template.asyncSend("direct:blocking", e -> e.getIn().setBody("blocked")))
                .toList();
        await().until(() -> received.size() == 3);
        assertThat(template.send(plain("&qos=1"), e -> e.getIn().setBody("free"))
                        .getException())
                .isNull();
        assertThat(blocked).noneMatch(CompletableFuture::isDone);
        release.countDown();
        assertThat(blocked)
                .allSatisfy(f ->
                        assertThat(f.get(60, TimeUnit.SECONDS).getException()).isNull());
    }

    /** The bridge must start while the broker, DNS or STS is away. */
    @Test
    void startingDoesNotWaitForTheBroker() throws Exception {
        Producer producer = camel.getEndpoint("paho-mqtt5:t?connections=2&brokerUrl=ws://127.0.0.1:1/mqtt")
                .createProducer();
        producer.start();
        await().until(() -> component.status().lastProblem().isPresent());
        assertThat(component.status().lastProblem().orElseThrow()).contains("nothing answers at ws://127.0.0.1:1");
        assertThat(component.status().wanted()).isEqualTo(2);
        assertThat(meters.get("bridge.connections.wanted").gauge().value()).isEqualTo(2);
        producer.stop();
        assertThat(component.status().wanted()).isZero();
    }

    /** Two endpoints that each connect with the same client id throw each other out for ever. */
    @Test
    void equalEndpointsShareOnePoolAndUnequalOnesClash() throws Exception {
        Producer one = camel.getEndpoint(plain("&clientId=shared&qos=1")).createProducer();
        Producer two = camel.getEndpoint("paho-mqtt5:other?clientId=shared&qos=0&brokerUrl=" + broker.url())
                .createProducer();
        one.start();
        two.start();
        await().until(() -> component.status().up() == 1);
        assertThat(component.status().wanted()).isEqualTo(1);
        Producer three =
                camel.getEndpoint(plain("&clientId=shared&connections=2")).createProducer();
        assertThatThrownBy(three::start).hasMessageContaining("clientId").hasMessageContaining("'shared'");
        one.stop();
        assertThat(component.status().up()).isEqualTo(1);
        two.stop();
        assertThat(component.status().wanted()).isZero();
        assertThat(broker.clientIds).containsExactly("shared");
    }

    /** Unsigned endpoints keep Camel's defaults, signed ones get AWS's. */
    @Test
    void theDefaultsFollowTheKindOfBroker() {
        PoolSettings plain = settings("brokerUrl=tcp://h");
        assertThat(plain.limits()).isEqualTo(new PoolSettings.Limits(1, 0, 0, 100, 10_000, 64));
        assertThat(plain.timings().publish()).isEqualTo(Duration.ofSeconds(30));
        assertThat(plain.timings().maxBackoff()).isEqualTo(Duration.ofSeconds(30));
        assertThat(plain.broker().clientId()).startsWith("camel-paho-");
        assertThat(camel.getEndpoint("paho-mqtt5:topic?brokerUrl=tcp://h", IotMqttEndpoint.class)
                        .getConfiguration()
                        .getQos())
                .isEqualTo(2);
        PoolSettings signed = settings("credentialsProvider=#assumedRole&brokerUrl=" + AWS);
        assertThat(signed.signing().orElseThrow().region()).isEqualTo("eu-west-1");
        assertThat(signed.limits()).isEqualTo(new PoolSettings.Limits(1, 100, 524_288, 100, 10_000, 64));
        assertThat(camel.getEndpoint(
                                "paho-mqtt5:topic?credentialsProvider=#assumedRole&brokerUrl=" + AWS,
                                IotMqttEndpoint.class)
                        .getConfiguration()
                        .getQos())
                .isEqualTo(1);
    }

    /** Each option must arrive where it works. */
    @Test
    void everyOptionIsRead() {
        PoolSettings settings = settings(
                "credentialsProvider=#assumedRole&signingRegion=us-east-1&connections=7&publishRate=50&bytesPerSecond=65536&maxInFlight=20&topicAliases=3"
                        + "&maxQueued=9&publishTimeout=1500ms&maxReconnectDelay=99000&connectionTimeout=4&keepAliveInterval=77&clientId=me"
                        + "&userName=u&password=p&receiveMaximum=5&willTopic=w&willPayload=gone&brokerUrl=wss://h.example:8443/mqtt");
        assertThat(settings.limits()).isEqualTo(new PoolSettings.Limits(7, 50, 65_536, 20, 9, 3));
        assertThat(settings.signing().orElseThrow().region()).isEqualTo("us-east-1");
        assertThat(settings.timings().publish()).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.timings().connect()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.timings().maxBackoff()).isEqualTo(Duration.ofSeconds(99));
        assertThat(settings.login().keepAliveSeconds()).isEqualTo(77);
        assertThat(settings.login().userName()).isEqualTo("u");
        assertThat(settings.login().receiveMaximum()).isEqualTo(5);
        assertThat(settings.login().will()).isEqualTo(new PoolSettings.Will("w", "gone", 1, false, null));
        assertThat(settings.broker().clientId()).isEqualTo("me");
        assertThat(settings.toString()).doesNotContain("password", "p,");
        assertThat(ClientIds.of(settings, 3)).containsExactly("me-3", "me-3-b");
    }

    /** AWS's quotas are raised on request, and other brokers have others. */
    @Test
    void theLimitsOfMessagesAreOptions() {
        String uri = plain("&qos=1&maxPayload=3&maxTopicBytes=8&maxTopicLevels=2");
        assertThat(code(uri, "1234", "topic")).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(code(uri, "1", "123456789")).isEqualTo("TOPIC_TOO_LONG");
        assertThat(code(uri, "1", "a/b/c")).isEqualTo("TOPIC_TOO_DEEP");
        assertThat(code(uri, "123", "a/345678")).isNull();
    }

    private String code(String uri, String body, String topic) {
        Exchange answer = template.send(uri, exchange -> {
            exchange.getIn().setBody(body);
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, topic);
        });
        return answer.getException() == null ? null : ((PublishException) answer.getException()).reasonCode();
    }

    /** Options of the endpoint, headers of the route: all the way to the packet. */
    @Test
    void propertiesReachThePacket() {
        Exchange answer = template.send(
                plain(
                        "&qos=1&contentType=application/json&payloadFormat=utf-8&messageExpiry=2m&userProperties=partition-key,shard"),
                exchange -> {
                    exchange.getIn().setBody("{}");
                    exchange.getIn().setHeader("CamelAwsKinesisPartitionKey", "device-7");
                    exchange.getIn().setHeader("CamelPahoMqtt5UserProperty.site", "north");
                    exchange.getIn().setHeader("CamelPahoMqtt5ResponseTopic", "answers");
                    exchange.getIn().setHeader("CamelPahoMqtt5CorrelationData", "c");
                });
        assertThat(answer.getException()).isNull();
        MqttProperties sent = received.get(0).getProperties();
        assertThat(sent.getContentType()).isEqualTo("application/json");
        assertThat(sent.getPayloadFormat()).isTrue();
        assertThat(sent.getMessageExpiryInterval()).isEqualTo(120);
        assertThat(sent.getResponseTopic()).isEqualTo("answers");
        assertThat(sent.getCorrelationData()).containsExactly('c');
        assertThat(sent.getUserProperties())
                .containsExactly(new UserProperty("site", "north"), new UserProperty("partition-key", "device-7"));
        assertThatThrownBy(() -> camel.getEndpoint(plain("&messageExpiry=never")))
                .hasMessageContaining("messageExpiry");
        assertThatThrownBy(() -> camel.getEndpoint(plain("&userProperties=key")))
                .hasMessageContaining("'key'");
    }

    /** All that is wrong at once, by the options' names. */
    @Test
    void wrongOptionsAreNamedTogether() {
        assertThatThrownBy(() -> settings(
                        "connections=0&publishRate=-1&bytesPerSecond=-1&maxInFlight=40000&maxPayload=0&maxTopicBytes=0"
                                + "&maxTopicLevels=0&maxClientIdBytes=0&topicAliases=-1&maxQueued=0&publishTimeout=1ms&connectionTimeout=0&qos=3"
                                + "&caFile=x&signingRegion=eu-west-1&brokerUrl=http://h"))
                .hasMessageContainingAll(
                        "connections",
                        "publishRate",
                        "bytesPerSecond",
                        "maxInFlight",
                        "maxPayload",
                        "maxTopicBytes",
                        "maxTopicLevels",
                        "maxClientIdBytes",
                        "topicAliases",
                        "maxQueued",
                        "publishTimeout",
                        "connectionTimeout",
                        "qos",
                        "caFile",
                        "signingRegion",
                        "brokerUrl");
        assertThatThrownBy(() -> settings("credentialsProvider=#assumedRole&qos=2&brokerUrl=" + AWS))
                .hasMessageContaining("qos=2");
        assertThatThrownBy(() -> settings("credentialsProvider=#assumedRole&brokerUrl=wss://mqtt.example.com/mqtt"))
                .hasMessageContaining("set signingRegion");
        assertThatThrownBy(() ->
                        settings("credentialsProvider=#assumedRole&brokerUrl=ssl://x-ats.iot.eu-west-1.amazonaws.com"))
                .hasMessageContaining("wss://");
        assertThatThrownBy(() ->
                        settings("credentialsProvider=#assumedRole&clientId=" + "x".repeat(130) + "&brokerUrl=" + AWS))
                .hasMessageContaining("clientId is too long");
        assertThatThrownBy(() -> settings("caFile=/no/such/file.pem&brokerUrl=" + AWS))
                .hasMessageContaining("caFile");
        assertThatThrownBy(() -> camel.getEndpoint("paho-mqtt5:t?conections=2")).hasMessageContaining("conections");
    }

    /** What only a Paho client of one's own can do stays Camel's, and is no silent option with signing. */
    @Test
    void optionsOfStoredSessionsGetCamelsProducer() throws Exception {
        for (String option : new String[] {
            "cleanStart=false", "persistence=FILE", "automaticReconnect=false", "sessionExpiryInterval=9"
        }) {
            assertThat(camel.getEndpoint(plain("&" + option)).createProducer()).isInstanceOf(PahoMqtt5Producer.class);
            assertThatThrownBy(() -> camel.getEndpoint(
                                    "paho-mqtt5:t?credentialsProvider=#assumedRole&brokerUrl=" + AWS + "&" + option)
                            .createProducer())
                    .hasMessageContaining(option.substring(0, option.indexOf('=')));
        }
        assertThatThrownBy(() -> camel.getEndpoint("paho-mqtt5:t?credentialsProvider=#assumedRole&brokerUrl=" + AWS)
                        .createConsumer(e -> {}))
                .hasMessageContaining("credentialsProvider");
    }

    /** The shipped route gives the options as YAML parameters. */
    @Test
    void aYamlRouteMayGiveEveryOption() throws Exception {
        String yaml = """
                - route:
                    id: yaml
                    from:
                      uri: direct:yaml
                      steps:
                        - setHeader:
                            name: CamelPahoMqtt5OverrideTopic
                            simple: "yaml/${body}"
                        - to:
                            uri: paho-mqtt5:static
                            parameters:
                              brokerUrl: "%s"
                              clientId: yaml
                              qos: 1
                              retained: "false"
                              signingRegion: "{{?iot.region}}"
                              connections: "2"
                              publishRate: "100"
                              publishTimeout: "5s"
                              maxQueued: "100"
                              caFile: "{{?iot.ca-file}}"
                """.formatted(broker.url());
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
        assertThat(template.send("direct:yaml", e -> e.getIn().setBody("a")).getException())
                .isNull();
        assertThat(received.get(0).getTopicName()).isEqualTo("yaml/a");
        await().until(() -> component.status().up() == 2);
        assertThat(meters.get("bridge.publishes").tag("result", "ok").counter().count())
                .isOne();
        assertThat(meters.get("bridge.publish.latency").timer().count()).isOne();
    }
}
