package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;

/** What must be refused before it is sent: AWS closes the connection for it, and everything in flight with it. */
class MessageRulesTest {

    private static final MessageRules AWS = MessageRules.of(Quotas.AWS_IOT, true);
    private static final MessageRules MQTT = MessageRules.of(Quotas.MQTT, false);

    private static void accepted(MessageRules rules, String topic) {
        assertThatCode(() -> Message.checked(rules, topic, content(1, 1, false)))
                .as(topic)
                .doesNotThrowAnyException();
    }

    private static String code(MessageRules rules, String topic, MqttMessage content) {
        PublishRefusedException refused =
                catchThrowableOfType(PublishRefusedException.class, () -> Message.checked(rules, topic, content));
        assertThat(refused).as("a refusal of %s", topic).isNotNull();
        return refused.reasonCode();
    }

    private static String code(String topic) {
        return code(AWS, topic, content(1, 1, false));
    }

    private static MqttMessage content(int bytes, int qos, boolean retained) {
        return new MqttMessage(new byte[bytes], qos, retained, new MqttProperties());
    }

    /** A topic made of a record's key can be anything. */
    @Test
    void topicsThatMqttForbidsAreInvalid() {
        for (String topic :
                new String[] {"", "a/+/b", "a/#", "nul\0", "half \uD83D surrogate", "bell \u0007", "\uFFFE"}) {
            assertThat(code(topic)).as(topic).isEqualTo("TOPIC_INVALID");
            assertThat(code(MQTT, topic, content(1, 1, false))).as(topic).isEqualTo("TOPIC_INVALID");
        }
        assertThat(code(null)).isEqualTo("TOPIC_INVALID");
    }

    /** AWS counts bytes, not characters. */
    @Test
    void awsTakes256BytesAndSevenSlashes() {
        accepted(AWS, "x".repeat(256));
        accepted(AWS, "ä".repeat(128));
        accepted(AWS, "a/b/c/d/e/f/g/h");
        assertThat(code("x".repeat(257))).isEqualTo("TOPIC_TOO_LONG");
        assertThat(code("ä".repeat(128) + "x")).isEqualTo("TOPIC_TOO_LONG");
        assertThat(code("a/b/c/d/e/f/g/h/i")).isEqualTo("TOPIC_TOO_DEEP");
        accepted(MQTT, "a/b/c/d/e/f/g/h/i/" + "x".repeat(300));
        assertThat(code(MQTT, "x".repeat(65_536), content(1, 1, false))).isEqualTo("TOPIC_TOO_LONG");
    }

    /** Basic ingest is the one reserved topic a client may publish to; its first three levels are free of the limits. */
    @Test
    void onlyBasicIngestIsAllowedAmongReservedTopics() {
        accepted(AWS, "$aws/rules/store/a/b/c/d/e/f/g/h");
        accepted(AWS, "$aws/rules/store/" + "x".repeat(256));
        accepted(AWS, "$aws/rules/store");
        assertThat(code("$aws/rules/store/" + "x".repeat(257))).isEqualTo("TOPIC_TOO_LONG");
        assertThat(code("$aws/rules/store/a/b/c/d/e/f/g/h/i")).isEqualTo("TOPIC_TOO_DEEP");
        for (String topic :
                new String[] {"$aws/things/a/shadow/update", "$SYS/x", "$", "$aws/rules/", "$aws/rules//x", "$aws"}) {
            assertThat(code(topic)).as(topic).isEqualTo("TOPIC_RESERVED");
        }
        accepted(MQTT, "$SYS/x");
        assertThat(code(AWS, "$aws/rules/store/a", content(1, 1, true))).isEqualTo("RETAIN_NOT_SUPPORTED");
    }

    /** A payload of more than 128 KiB costs the connection. A Kinesis record may have a megabyte. */
    @Test
    void payloadAndQosAreLimited() {
        assertThatCode(() -> Message.checked(AWS, "t", content(128 * 1024, 1, true)))
                .doesNotThrowAnyException();
        assertThat(code(AWS, "t", content(128 * 1024 + 1, 1, false))).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(code(AWS, "t", content(1, 2, false))).isEqualTo("QOS_NOT_SUPPORTED");
        assertThatCode(() -> Message.checked(MQTT, "t", content(1 << 20, 2, false)))
                .doesNotThrowAnyException();
    }

    /** Paho writes a wrong length, or fails in its sender thread: either ends the connection for everybody on it. */
    @Test
    void propertiesThatCannotBeEncodedAreRefused() {
        for (UserProperty property : new UserProperty[] {
            new UserProperty("k", "x".repeat(65_536)), new UserProperty("k\u0001", "v"), new UserProperty("k", "\uD800")
        }) {
            MqttProperties properties = new MqttProperties();
            properties.getUserProperties().add(property);
            assertThat(code(MQTT, "t", new MqttMessage(new byte[1], 1, false, properties)))
                    .isIn("PROPERTIES_INVALID", "TOPIC_INVALID");
        }
    }

    /** A topic alias of an earlier connection, left in the caller's object, would be unknown on the next one. */
    @Test
    void theCallersPropertiesAreNotChangedAndTheirAliasIsNotSent() throws Exception {
        MqttProperties properties = new MqttProperties();
        properties.setTopicAlias(3);
        properties.setContentType("text/plain");
        properties.getUserProperties().add(new UserProperty("k", "v"));
        Message message = Message.checked(MQTT, "t", new MqttMessage(new byte[1], 1, false, properties));
        byte[] written = new byte[message.packet().length(0, true)];
        message.packet().write(written, 0, 1, 0, true);
        MqttProperties sent = MqttWireMessage.createWireMessage(written).getProperties();
        assertThat(sent.getTopicAlias()).isNull();
        assertThat(sent.getContentType()).isEqualTo("text/plain");
        assertThat(sent.getUserProperties()).hasSize(1);
        assertThat(properties.getTopicAlias()).isEqualTo(3);
    }
}
