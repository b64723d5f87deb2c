package io.github.kinesisiot.iot;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;

/**
 * What is to be published; checked, so that nothing in it can make Paho or the broker give up the connection it travels on.
 *
 * @param packetBytes size of its PUBLISH packet at most
 */
record Message(String topic, byte[] payload, int qos, boolean retained, MqttProperties properties, long packetBytes) {

    private static final int TOPIC_ALIAS_BYTES = 3;

    static Message checked(MessageRules rules, String topic, MqttMessage content) {
        rules.check(topic, content.getPayload(), content.getQos(), content.isRetained());
        MqttProperties properties = PublishProperties.copy(content.getProperties());
        PublishProperties.check(properties);
        if (properties.getPayloadFormat()) {
            checkUtf8(content.getPayload());
        }
        long packetBytes;
        try {
            // Paho's sender thread does the same later, and closes the connection for what it cannot encode, e.g.
            // control characters.
            MqttPublish packet = new MqttPublish(topic, content, PublishProperties.copy(properties));
            packetBytes = (long) packet.getHeader().length + content.getPayload().length + TOPIC_ALIAS_BYTES;
        } catch (MqttException | IllegalArgumentException e) {
            throw new PublishRefusedException(
                    "TOPIC_INVALID", "topic or properties cannot be written as MQTT: " + e.getMessage());
        }
        return new Message(
                topic, content.getPayload(), content.getQos(), content.isRetained(), properties, packetBytes);
    }

    private static void checkUtf8(byte[] payload) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
        } catch (CharacterCodingException e) {
            throw new PublishRefusedException(
                    "PAYLOAD_FORMAT_INVALID", "the payload is announced as UTF-8 and is none");
        }
    }

    /** For Paho, which writes into it: each attempt needs its own. */
    MqttMessage toPaho() {
        return new MqttMessage(payload, qos, retained, PublishProperties.copy(properties));
    }
}
