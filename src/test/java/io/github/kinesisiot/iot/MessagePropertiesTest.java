package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.apache.camel.Message;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The MQTT 5 properties of a message: from the endpoint's options, a record's headers and the route's. */
class MessagePropertiesTest {

    private static final MessageProperties NONE = new MessageProperties(null, null, null, Set.of());
    private static final MessageProperties ALL = new MessageProperties(
            "application/json", true, 60L, RecordProperty.parse("partition-key,sequence-number,shard,arrival-time"));

    private final Message message = new DefaultMessage(new DefaultCamelContext());

    @BeforeEach
    void aRecord() {
        message.setHeader(Kinesis2Constants.PARTITION_KEY, "device-7");
        message.setHeader(Kinesis2Constants.SEQUENCE_NUMBER, "4959");
        message.setHeader(Kinesis2Constants.SHARD_ID, "shardId-000000000001");
        message.setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, Instant.parse("2026-11-22T10:00:00.123Z"));
        message.setHeader("KinesisSubSequenceNumber", 0L);
    }

    /** What the documentation promises to subscribers, by name and order. */
    @Test
    void theRecordIsToldInUserProperties() {
        MqttProperties properties = ALL.of(message);
        assertThat(properties.getUserProperties())
                .containsExactly(
                        new UserProperty("partition-key", "device-7"),
                        new UserProperty("sequence-number", "4959"),
                        new UserProperty("shard", "shardId-000000000001"),
                        new UserProperty("arrival-time", "2026-11-22T10:00:00.123Z"));
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getPayloadFormat()).isTrue();
        assertThat(properties.getMessageExpiryInterval()).isEqualTo(60);
    }

    /** User records of one aggregate share a sequence number: a subscriber that drops repeated ones would drop them all but one. */
    @Test
    void recordsOfAnAggregateDifferInTheirSubSequenceNumber() {
        message.setHeader("KinesisSubSequenceNumber", 3L);
        assertThat(ALL.of(message).getUserProperties()).contains(new UserProperty("sub-sequence-number", "3"));
        assertThat(NONE.of(message).getUserProperties()).isEmpty();
    }

    /** What the route says about one message must win over what the settings say about all. */
    @Test
    void aHeaderOfTheRouteWinsOverTheOptions() {
        message.setHeader(IotMqttHeaders.CONTENT_TYPE, "text/plain");
        message.setHeader(IotMqttHeaders.PAYLOAD_FORMAT, "bytes");
        message.setHeader(IotMqttHeaders.MESSAGE_EXPIRY, "5m");
        message.setHeader(IotMqttHeaders.RESPONSE_TOPIC, "answers/7");
        message.setHeader(IotMqttHeaders.CORRELATION_DATA, "c-1");
        message.setHeader(IotMqttHeaders.USER_PROPERTY + "shard", "mine");
        message.setHeader(IotMqttHeaders.USER_PROPERTY + "site", 12);
        MqttProperties properties = ALL.of(message);
        assertThat(properties.getContentType()).isEqualTo("text/plain");
        assertThat(properties.getPayloadFormat()).isFalse();
        assertThat(properties.getMessageExpiryInterval()).isEqualTo(300);
        assertThat(properties.getResponseTopic()).isEqualTo("answers/7");
        assertThat(properties.getCorrelationData()).isEqualTo(new byte[] {'c', '-', '1'});
        assertThat(properties.getUserProperties())
                .contains(new UserProperty("shard", "mine"), new UserProperty("site", "12"))
                .doesNotContain(new UserProperty("shard", "shardId-000000000001"))
                .hasSize(5);
    }

    /** Camel's own header for properties keeps its meaning: over the options, under the single headers. */
    @Test
    void camelsPropertiesHeaderStandsBetweenTheTwo() {
        MqttProperties given = new MqttProperties();
        given.setContentType("a/b");
        given.setMessageExpiryInterval(7L);
        given.getUserProperties().add(new UserProperty("site", "old"));
        given.getUserProperties().add(new UserProperty("partition-key", "own"));
        message.setHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_PROPERTIES, given);
        message.setHeader(IotMqttHeaders.USER_PROPERTY + "site", "new");
        message.setHeader(IotMqttHeaders.CONTENT_TYPE, "c/d");
        MqttProperties properties = ALL.of(message);
        assertThat(properties.getContentType()).isEqualTo("c/d");
        assertThat(properties.getMessageExpiryInterval()).isEqualTo(7);
        assertThat(properties.getPayloadFormat()).isTrue();
        assertThat(properties.getUserProperties())
                .contains(new UserProperty("site", "new"), new UserProperty("partition-key", "own"))
                .hasSize(5);
        assertThat(given.getUserProperties()).as("the caller's object").hasSize(2);
    }

    /** A record must not be refused for a property that nobody asked it for. */
    @ParameterizedTest
    @CsvSource({
        "'bell\u0007', bell\uFFFD",
        "half\uD83D, half\uFFFD",
        "\uFFFEx, \uFFFDx",
        "'\u0085', \uFFFD",
        "grün €, grün €"
    })
    void aPartitionKeyThatMqttForbidsIsMadeFit(String key, String sent) {
        message.setHeader(Kinesis2Constants.PARTITION_KEY, key);
        MqttProperties properties = ALL.of(message);
        assertThat(properties.getUserProperties().get(0).getValue()).isEqualTo(sent);
        assertThat(io.github.kinesisiot.iot.Message.checked(
                        MessageRules.of(Quotas.AWS_IOT, true), "t", new MqttMessage(new byte[1], 1, false, properties)))
                .isNotNull();
    }

    /** A header nobody can use is an error of the route for this record, and must name itself. */
    @Test
    void aHeaderThatCannotBeUsedRefusesTheMessage() {
        for (String header : new String[] {IotMqttHeaders.PAYLOAD_FORMAT, IotMqttHeaders.MESSAGE_EXPIRY}) {
            message.setHeader(header, "soon");
            assertThatThrownBy(() -> ALL.of(message))
                    .isInstanceOf(PublishRefusedException.class)
                    .hasMessageContaining(header);
            message.removeHeader(header);
        }
        message.setHeader(IotMqttHeaders.MESSAGE_EXPIRY, 0);
        assertThatThrownBy(() -> ALL.of(message)).isInstanceOf(PublishRefusedException.class);
        message.setHeader(IotMqttHeaders.MESSAGE_EXPIRY, 30);
        assertThat(ALL.of(message).getMessageExpiryInterval()).isEqualTo(30);
    }

    /** Announced as UTF-8 and none: AWS refuses it, at the latest; a wildcard in the response topic is a protocol error. */
    @Test
    void whatThePropertiesPromiseIsChecked() {
        MessageRules rules = MessageRules.of(Quotas.MQTT, false);
        MqttProperties utf8 = ALL.of(message);
        assertThat(io.github.kinesisiot.iot.Message.checked(
                        rules,
                        "t",
                        new MqttMessage("grün".getBytes(java.nio.charset.StandardCharsets.UTF_8), 1, false, utf8)))
                .isNotNull();
        assertThatThrownBy(() -> io.github.kinesisiot.iot.Message.checked(
                        rules, "t", new MqttMessage(new byte[] {(byte) 0xC3}, 1, false, utf8)))
                .isInstanceOfSatisfying(PublishRefusedException.class, e -> assertThat(e.reasonCode())
                        .isEqualTo("PAYLOAD_FORMAT_INVALID"));
        message.setHeader(IotMqttHeaders.RESPONSE_TOPIC, "answers/#");
        assertThatThrownBy(() -> io.github.kinesisiot.iot.Message.checked(
                        rules, "t", new MqttMessage(new byte[1], 1, false, ALL.of(message))))
                .isInstanceOfSatisfying(PublishRefusedException.class, e -> assertThat(e.reasonCode())
                        .isEqualTo("PROPERTIES_INVALID"));
    }

    /** A misspelled name would leave the property out without a word. */
    @Test
    void unknownNamesOfUserPropertiesAreRefused() {
        assertThat(RecordProperty.parse("none")).isEmpty();
        assertThat(RecordProperty.parse(null)).isEmpty();
        assertThat(RecordProperty.parse(" shard , partition-key ")).hasSize(2);
        assertThatThrownBy(() -> RecordProperty.parse("shard,partition")).hasMessageContaining("'partition'");
    }
}
