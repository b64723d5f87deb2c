package io.github.kinesisiot.iot;

import java.io.IOException;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;

/** The broker ended the connection with a DISCONNECT packet that says why. */
final class BrokerDisconnect extends IOException {

    static final int NOT_AUTHORIZED = 0x87;
    static final int SESSION_TAKEN_OVER = 0x8E;

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(0x80, "unspecified error"),
            Map.entry(0x81, "malformed packet"),
            Map.entry(0x82, "protocol error"),
            Map.entry(NOT_AUTHORIZED, "not authorized"),
            Map.entry(0x89, "server busy"),
            Map.entry(0x8B, "server shutting down"),
            Map.entry(0x8D, "keep alive timeout"),
            Map.entry(SESSION_TAKEN_OVER, "session taken over: another client connected with the same client id"),
            Map.entry(0x8F, "topic filter invalid"),
            Map.entry(0x90, "topic name invalid"),
            Map.entry(0x93, "receive maximum exceeded"),
            Map.entry(0x94, "topic alias invalid"),
            Map.entry(0x95, "packet too large"),
            Map.entry(0x96, "message rate too high"),
            Map.entry(0x97, "quota exceeded"),
            Map.entry(0x98, "administrative action"),
            Map.entry(0x99, "payload format invalid"),
            Map.entry(0x9A, "retain not supported"),
            Map.entry(0x9B, "QoS not supported"),
            Map.entry(0x9C, "use another server"),
            Map.entry(0x9D, "server moved"),
            Map.entry(0x9F, "connection rate exceeded"),
            Map.entry(0xA0, "maximum connect time"),
            Map.entry(0xA1, "subscription identifiers not supported"));

    private final int code;

    private BrokerDisconnect(int code, String reasonString) {
        super("the broker sent DISCONNECT 0x%02X, %s"
                        .formatted(code, REASONS.getOrDefault(code, "a reason MQTT 5 does not list"))
                + (reasonString == null ? "" : " (" + reasonString + ")"));
        this.code = code;
    }

    /** Why a connection was lost: this for a DISCONNECT packet, else what the transport met with. */
    static Throwable of(MqttDisconnectResponse response) {
        return response.getException() != null
                ? response.getException()
                : new BrokerDisconnect(response.getReturnCode(), response.getReasonString());
    }

    int code() {
        return code;
    }
}
