package io.github.kinesisiot.iot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Message;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.util.TimeUtils;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * The MQTT 5 properties of the messages of an endpoint: its own, unless a message's headers say otherwise.
 *
 * @param contentType null for none
 * @param payloadFormat true for UTF-8, false for bytes, null to leave it open
 * @param messageExpiry seconds, null for never
 * @param userProperties what of the record to tell
 */
record MessageProperties(
        String contentType, Boolean payloadFormat, Long messageExpiry, Set<RecordProperty> userProperties) {

    private static final long LONGEST_EXPIRY = 0xFFFF_FFFFL;

    /** Of an exchange's message; refuses the message for a header that cannot be used. */
    MqttProperties of(Message message) {
        MqttProperties given = message.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_PROPERTIES, MqttProperties.class);
        MqttProperties properties = PublishProperties.copy(given);
        String type = text(message, IotMqttHeaders.CONTENT_TYPE);
        if (type != null || properties.getContentType() == null) {
            properties.setContentType(type != null ? type : contentType);
        }
        Boolean format = format(message);
        // False says the same as nothing, in MQTT and in Paho's object.
        if (format != null || !properties.getPayloadFormat()) {
            properties.setPayloadFormat(Boolean.TRUE.equals(format != null ? format : payloadFormat));
        }
        Long expiry = expiry(message);
        if (expiry != null || properties.getMessageExpiryInterval() == null) {
            properties.setMessageExpiryInterval(expiry != null ? expiry : messageExpiry);
        }
        String answer = text(message, IotMqttHeaders.RESPONSE_TOPIC);
        if (answer != null) {
            if (MessageRules.hasWildcard(answer)) {
                throw new PublishRefusedException(
                        "PROPERTIES_INVALID", "the response topic '" + answer + "' has a wildcard in it");
            }
            properties.setResponseTopic(answer);
        }
        Object correlation = message.getHeader(IotMqttHeaders.CORRELATION_DATA);
        if (correlation != null) {
            properties.setCorrelationData(
                    correlation instanceof byte[] bytes
                            ? bytes
                            : correlation.toString().getBytes(StandardCharsets.UTF_8));
        }
        addUserProperties(properties, message);
        return properties;
    }

    private void addUserProperties(MqttProperties properties, Message message) {
        List<UserProperty> all = new ArrayList<>(properties.getUserProperties());
        for (Map.Entry<String, Object> header :
                message.hasHeaders() ? message.getHeaders().entrySet() : Set.<Map.Entry<String, Object>>of()) {
            if (header.getKey().startsWith(IotMqttHeaders.USER_PROPERTY) && header.getValue() != null) {
                String key = header.getKey().substring(IotMqttHeaders.USER_PROPERTY.length());
                all.removeIf(p -> p.getKey().equals(key));
                all.add(new UserProperty(key, header.getValue().toString()));
            }
        }
        for (RecordProperty property : userProperties) {
            property.read(message, (key, value) -> {
                if (!contains(all, key)) {
                    all.add(new UserProperty(key, value));
                }
            });
        }
        properties.setUserProperties(all);
    }

    private static boolean contains(List<UserProperty> all, String key) {
        for (UserProperty property : all) {
            if (property.getKey().equals(key)) {
                return true;
            }
        }
        return false;
    }

    private static String text(Message message, String header) {
        Object value = message.getHeader(header);
        return value == null ? null : value.toString();
    }

    private static Boolean format(Message message) {
        String value = text(message, IotMqttHeaders.PAYLOAD_FORMAT);
        try {
            return format(value);
        } catch (IllegalArgumentException e) {
            throw refused(IotMqttHeaders.PAYLOAD_FORMAT, e);
        }
    }

    /** True for UTF-8, false for bytes, null for none given. */
    static Boolean format(String value) {
        return switch (value == null ? "" : value.trim().toLowerCase(Locale.ROOT)) {
            case "" -> null;
            case "utf-8" -> true;
            case "bytes" -> false;
            default -> throw new IllegalArgumentException("must be utf-8 or bytes, not '" + value + "'");
        };
    }

    private static Long expiry(Message message) {
        try {
            return expiry(text(message, IotMqttHeaders.MESSAGE_EXPIRY));
        } catch (IllegalArgumentException e) {
            throw refused(IotMqttHeaders.MESSAGE_EXPIRY, e);
        }
    }

    /** Seconds, of a number of seconds or a duration; null for none given. */
    static Long expiry(String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String text = value.trim();
        long seconds = -1;
        try {
            seconds = text.matches("\\d+") ? Long.parseLong(text) : TimeUtils.toMilliSeconds(text) / 1000;
        } catch (RuntimeException e) {
            // falls through to the one message for both
        }
        if (seconds < 1 || seconds > LONGEST_EXPIRY) {
            throw new IllegalArgumentException(
                    "must be a number of seconds from 1, or a duration such as 5m, not '" + value + "'");
        }
        return seconds;
    }

    private static PublishRefusedException refused(String header, IllegalArgumentException e) {
        return new PublishRefusedException("PROPERTIES_INVALID", header + " " + e.getMessage());
    }
}
