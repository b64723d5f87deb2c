package io.github.kinesisiot.iot;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * A PUBLISH that is ready to be written but for its packet id and topic alias, which are another connection's business each time it is sent.
 * Immutable, as long as nobody writes into the payload.
 */
final class PublishPacket {

    private static final int PUBLISH = 0x30;
    private static final int RETAIN = 0x01;
    private static final int PAYLOAD_FORMAT = 0x01;
    private static final int MESSAGE_EXPIRY = 0x02;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int USER_PROPERTY = 0x26;
    private static final byte[] NONE = {};

    private final int first;
    private final boolean numbered;
    private final byte[] topic;
    private final byte[] properties;
    private final byte[] payload;

    /**
     * Of the properties, those that a client may set; an alias is not among them.
     *
     * @throws IllegalArgumentException for text that MQTT cannot express
     */
    PublishPacket(String topic, byte[] payload, int qos, boolean retained, MqttProperties properties) {
        this.first = PUBLISH | qos << 1 | (retained ? RETAIN : 0);
        this.numbered = qos > 0;
        this.topic = Wire.text(topic);
        this.properties = properties == null ? NONE : encoded(properties);
        this.payload = payload;
    }

    /** In bytes, with its topic and an alias. */
    long largest() {
        long rest = rest(topic.length, TopicAliases.ALIAS_BYTES);
        return 1L + Wire.lengthOf((int) Math.min(rest, Integer.MAX_VALUE)) + rest;
    }

    /** In bytes. */
    int length(int alias, boolean named) {
        int rest = (int) rest(named ? topic.length : 0, alias > 0 ? TopicAliases.ALIAS_BYTES : 0);
        return 1 + Wire.lengthOf(rest) + rest;
    }

    /**
     * @param packetId nothing for QoS 0
     * @param alias 0 for none
     * @param named whether the topic is in the packet and not only its alias
     * @return where the next packet begins
     */
    int write(byte[] to, int from, int packetId, int alias, boolean named) {
        int aliasBytes = alias > 0 ? TopicAliases.ALIAS_BYTES : 0;
        int at = from;
        to[at++] = (byte) first;
        at = Wire.putVariable(to, at, (int) rest(named ? topic.length : 0, aliasBytes));
        at = Wire.putCounted(to, at, named ? topic : NONE);
        if (numbered) {
            at = Wire.putShort(to, at, packetId);
        }
        at = Wire.putVariable(to, at, properties.length + aliasBytes);
        if (alias > 0) {
            to[at++] = TOPIC_ALIAS;
            at = Wire.putShort(to, at, alias);
        }
        at = Wire.putBytes(to, at, properties);
        return Wire.putBytes(to, at, payload);
    }

    /** What the packet's length counts. */
    private long rest(int topicBytes, int aliasBytes) {
        int propertyBytes = properties.length + aliasBytes;
        return 2L + topicBytes + (numbered ? 2 : 0) + Wire.lengthOf(propertyBytes) + propertyBytes + payload.length;
    }

    private static byte[] encoded(MqttProperties from) {
        List<byte[]> texts = new ArrayList<>();
        int length = from.getPayloadFormat() ? 2 : 0;
        length += from.getMessageExpiryInterval() == null ? 0 : 5;
        length += from.getContentType() == null ? 0 : 1 + counted(from.getContentType(), texts);
        length += from.getResponseTopic() == null ? 0 : 1 + counted(from.getResponseTopic(), texts);
        length += from.getCorrelationData() == null ? 0 : 3 + from.getCorrelationData().length;
        for (UserProperty property : from.getUserProperties()) {
            length += 1 + counted(property.getKey(), texts) + counted(property.getValue(), texts);
        }
        if (length == 0) {
            return NONE;
        }
        byte[] to = new byte[length];
        int at = 0;
        int text = 0;
        if (from.getPayloadFormat()) {
            to[at++] = PAYLOAD_FORMAT;
            to[at++] = 1;
        }
        if (from.getMessageExpiryInterval() != null) {
            long seconds = from.getMessageExpiryInterval();
            to[at++] = MESSAGE_EXPIRY;
            at = Wire.putShort(to, at, (int) (seconds >>> 16));
            at = Wire.putShort(to, at, (int) seconds);
        }
        if (from.getContentType() != null) {
            to[at++] = CONTENT_TYPE;
            at = Wire.putCounted(to, at, texts.get(text++));
        }
        if (from.getResponseTopic() != null) {
            to[at++] = RESPONSE_TOPIC;
            at = Wire.putCounted(to, at, texts.get(text++));
        }
        if (from.getCorrelationData() != null) {
            to[at++] = CORRELATION_DATA;
            at = Wire.putCounted(to, at, from.getCorrelationData());
        }
        while (text < texts.size()) {
            to[at++] = USER_PROPERTY;
            at = Wire.putCounted(to, at, texts.get(text++));
            at = Wire.putCounted(to, at, texts.get(text++));
        }
        return to;
    }

    private static int counted(String text, List<byte[]> texts) {
        byte[] bytes = Wire.text(text);
        texts.add(bytes);
        return 2 + bytes.length;
    }
}
