package io.github.kinesisiot.iot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** The properties of a PUBLISH that a client may set. */
final class PublishProperties {

    private static final int LONGEST = 65_535;

    private PublishProperties() {}

    /**
     * Without topic alias and subscription identifiers: an alias belongs to one connection, and Paho writes it into the object it is
     * given, so a message sent again over another connection would name an alias nobody knows there.
     */
    static MqttProperties copy(MqttProperties from) {
        MqttProperties to = new MqttProperties();
        if (from == null) {
            return to;
        }
        to.setPayloadFormat(from.getPayloadFormat());
        to.setMessageExpiryInterval(from.getMessageExpiryInterval());
        to.setContentType(from.getContentType());
        to.setResponseTopic(from.getResponseTopic());
        to.setCorrelationData(from.getCorrelationData());
        if (from.getUserProperties() != null) {
            to.setUserProperties(new ArrayList<>(from.getUserProperties()));
        }
        return to;
    }

    /** Refuses what has no place in MQTT's 16-bit lengths; Paho would write a wrong length and the broker would close the connection. */
    static void check(MqttProperties properties) {
        check("content type", properties.getContentType());
        check("response topic", properties.getResponseTopic());
        for (UserProperty property : properties.getUserProperties()) {
            check("name of a user property", property.getKey());
            check("value of a user property", property.getValue());
        }
        byte[] correlation = properties.getCorrelationData();
        if (correlation != null && correlation.length > LONGEST) {
            throw tooLong("correlation data");
        }
    }

    private static void check(String what, String text) {
        if (text != null && text.length() > LONGEST / 3 && text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw tooLong(what);
        }
    }

    private static PublishRefusedException tooLong(String what) {
        return new PublishRefusedException("PROPERTIES_INVALID", "the " + what + " is longer than 65535 bytes");
    }
}
