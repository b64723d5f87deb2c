package io.github.kinesisiot.iot;

import io.github.kinesisiot.Printable;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;

/** The broker ended the connection with a DISCONNECT packet that says why. */
final class BrokerDisconnect extends IOException {

    private final int code;

    private BrokerDisconnect(MqttDisconnectResponse response) {
        super("the broker sent DISCONNECT 0x%02X, %s"
                        .formatted(
                                response.getReturnCode(),
                                DisconnectReason.of(response.getReturnCode()).sentence())
                + shown(" (%s)", response.getReasonString())
                + shown(", and names %s", response.getServerReference()));
        this.code = response.getReturnCode();
    }

    /** Why a connection was lost: this for a DISCONNECT packet, else what the transport met with. */
    static Throwable of(MqttDisconnectResponse response) {
        return response.getException() != null ? response.getException() : new BrokerDisconnect(response);
    }

    /** The reason, if that is why the connection ended. */
    static Optional<DisconnectReason> reason(Throwable cause) {
        return cause instanceof BrokerDisconnect disconnect
                ? Optional.of(DisconnectReason.of(disconnect.code))
                : Optional.empty();
    }

    int code() {
        return code;
    }

    private static String shown(String format, String text) {
        return text == null || text.isEmpty() ? "" : format.formatted(Printable.of(text));
    }
}
