package io.github.kinesisiot.iot;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** What is to be published; checked, so that nothing in it can make the broker give up the connection it travels on. */
record Message(String topic, int qos, boolean retained, PublishPacket packet, long packetBytes) {

    /** The properties are read, and neither changed nor kept. */
    static Message checked(MessageRules rules, String topic, MqttMessage content) {
        byte[] payload = content.getPayload();
        rules.check(topic, payload, content.getQos(), content.isRetained());
        MqttProperties properties = content.getProperties();
        if (properties != null) {
            PublishProperties.check(properties);
            if (properties.getPayloadFormat()) {
                checkUtf8(payload);
            }
        }
        PublishPacket packet;
        try {
            packet = new PublishPacket(topic, payload, content.getQos(), content.isRetained(), properties);
        } catch (IllegalArgumentException e) {
            throw new PublishRefusedException(
                    "TOPIC_INVALID", "topic or properties cannot be written as MQTT: " + e.getMessage());
        }
        return new Message(topic, content.getQos(), content.isRetained(), packet, packet.largest());
    }

    private static void checkUtf8(byte[] payload) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
        } catch (CharacterCodingException e) {
            throw new PublishRefusedException(
                    "PAYLOAD_FORMAT_INVALID", "the payload is announced as UTF-8 and is none");
        }
    }
}
