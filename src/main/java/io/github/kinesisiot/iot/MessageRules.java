package io.github.kinesisiot.iot;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What can be said about a message before it is sent. Refusing here keeps one bad message from closing a connection that others use.
 *
 * @param aws whether the rules of AWS IoT Core hold: no QoS 2, reserved topics
 */
record MessageRules(int topicBytes, int topicLevels, int payloadBytes, boolean aws) {

    private static final String BASIC_INGEST = "$aws/rules/";

    static MessageRules of(Quotas quotas, boolean aws) {
        return new MessageRules(quotas.maxTopicBytes(), quotas.maxTopicLevels(), quotas.maxPayload(), aws);
    }

    void check(String topic, byte[] payload, int qos, boolean retained) {
        checkTopic(topic);
        if (payload.length > payloadBytes) {
            throw new PublishRefusedException(
                    "PAYLOAD_TOO_LARGE",
                    "the payload has %d bytes, the broker takes %d".formatted(payload.length, payloadBytes));
        }
        if (qos < 0 || qos > 2) {
            throw new PublishRefusedException("QOS_INVALID", "qos must be 0, 1 or 2, not " + qos);
        }
        if (aws && qos == 2) {
            throw new PublishRefusedException("QOS_NOT_SUPPORTED", "AWS IoT Core has no QoS 2: use 1");
        }
        if (aws && retained && topic.startsWith("$")) {
            throw new PublishRefusedException(
                    "RETAIN_NOT_SUPPORTED", "AWS IoT Core retains nothing on reserved topics: '" + topic + "'");
        }
    }

    private void checkTopic(String topic) {
        if (topic == null || topic.isEmpty()) {
            throw invalid("the topic is empty");
        }
        if (hasWildcard(topic) || topic.indexOf('\0') >= 0) {
            throw invalid("'+', '#' and NUL are not allowed in a topic that is published to: '" + topic + "'");
        }
        int bytes = utf8Length(topic);
        if (bytes > Quotas.MQTT_STRING) {
            throw new PublishRefusedException("TOPIC_TOO_LONG", "the topic has " + bytes + " bytes, MQTT takes 65535");
        }
        String limited = aws && topic.startsWith("$") ? afterBasicIngest(topic) : topic;
        int limitedBytes = limited.length() == topic.length() ? bytes : utf8Length(limited);
        if (limitedBytes > topicBytes) {
            throw new PublishRefusedException(
                    "TOPIC_TOO_LONG",
                    "the topic has %d bytes, the broker takes %d".formatted(limitedBytes, topicBytes));
        }
        int levels = 1;
        for (int slash = limited.indexOf('/'); slash >= 0; slash = limited.indexOf('/', slash + 1)) {
            levels++;
        }
        if (levels > topicLevels) {
            throw new PublishRefusedException(
                    "TOPIC_TOO_DEEP",
                    "the topic has %d levels, the broker takes %d: '%s'".formatted(levels, topicLevels, topic));
        }
    }

    /** AWS counts neither length nor slashes of {@code $aws/rules/<rule>/}; every other {@code $} topic may cost the connection. */
    private static String afterBasicIngest(String topic) {
        int ruleEnd = topic.startsWith(BASIC_INGEST) ? topic.indexOf('/', BASIC_INGEST.length()) : -1;
        String rule = ruleEnd < 0
                ? topic.substring(Math.min(topic.length(), BASIC_INGEST.length()))
                : topic.substring(BASIC_INGEST.length(), ruleEnd);
        if (!topic.startsWith(BASIC_INGEST) || rule.isEmpty()) {
            throw new PublishRefusedException(
                    "TOPIC_RESERVED",
                    "topics that begin with '$' are AWS's own, except $aws/rules/<rule>/…: '" + topic + "'");
        }
        return ruleEnd < 0 ? "" : topic.substring(ruleEnd + 1);
    }

    static boolean hasWildcard(String topic) {
        return topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0;
    }

    private static int utf8Length(String topic) {
        int ascii = 0;
        while (ascii < topic.length() && topic.charAt(ascii) < 0x80) {
            ascii++;
        }
        if (ascii == topic.length()) {
            return ascii;
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(topic));
            return bytes.remaining();
        } catch (CharacterCodingException e) {
            throw invalid("the topic has half a surrogate pair in it, which UTF-8 cannot express");
        }
    }

    private static PublishRefusedException invalid(String message) {
        return new PublishRefusedException("TOPIC_INVALID", message);
    }
}
