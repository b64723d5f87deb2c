package io.github.kinesisiot.iot;

import io.github.kinesisiot.config.IotResources;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.github.kinesisiot.iot.websocket.HandshakeRefusedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.common.MqttException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Why a connection could not be made or was lost, and what to do about it.
 *
 * @param code tells faults apart that are logged separately
 * @param sentence for an operator; holds no secret
 * @param sessionRefused whether AWS refused the session or signature, so that a new session may help
 * @param effect what the next connection should do otherwise
 */
record ConnectFault(String code, String sentence, boolean sessionRefused, DisconnectReason.Effect effect) {

    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(2);

    static ConnectFault of(Throwable cause, ConnectionAttempt attempt) {
        HandshakeRefusedException refused = find(cause, HandshakeRefusedException.class);
        if (refused != null) {
            return refused(refused, attempt);
        }
        BrokerAddress address = attempt.address();
        BrokerDisconnect disconnect = find(cause, BrokerDisconnect.class);
        if (disconnect != null) {
            return disconnected(disconnect, attempt);
        }
        if (find(cause, UnknownHostException.class) != null) {
            return fault(
                    "UNKNOWN_HOST",
                    "the name " + rootMessage(cause) + " cannot be resolved: check brokerUrl and the DNS");
        }
        if (find(cause, SSLException.class) != null) {
            return fault(
                    "TLS",
                    "no TLS connection to " + address + ": " + rootMessage(cause)
                            + ". If the broker's certificate is of a private authority, give its PEM with caFile");
        }
        if (find(cause, ConnectException.class) != null || find(cause, NoRouteToHostException.class) != null) {
            return fault(
                    "UNREACHABLE",
                    "nothing answers at " + address + ": " + rootMessage(cause)
                            + ". Check the port, firewalls and security groups");
        }
        if (find(cause, TimeoutException.class) != null || find(cause, SocketTimeoutException.class) != null) {
            return fault(
                    "TIMEOUT",
                    "no connection to " + address + " within "
                            + attempt.settings().timings().connect().toSeconds() + " s: " + rootMessage(cause)
                            + ". Check firewalls, a proxy, and the VPC endpoint's security group");
        }
        if (find(cause, SdkException.class) != null) {
            return fault("CREDENTIALS", "no credentials to sign with: " + rootMessage(cause));
        }
        if (cause instanceof MqttException mqtt && mqtt.getReasonCode() >= 0x80 && mqtt.getReasonCode() <= 0xFF) {
            return connack(mqtt.getReasonCode(), attempt);
        }
        return fault("CONNECTION", "the connection to " + address + " broke: " + rootMessage(cause));
    }

    /** The innermost message: Paho wraps everything into 'MqttException'. */
    static String rootMessage(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static ConnectFault refused(HandshakeRefusedException e, ConnectionAttempt attempt) {
        String what = e.getMessage() + " (" + attempt.address() + ", client id " + attempt.clientId() + ")";
        Duration skew = e.clockDifference().orElse(Duration.ZERO);
        if (attempt.settings().signing().isEmpty()) {
            return fault(
                    "HTTP_" + e.status(),
                    what + ". Check the path of brokerUrl and whether the broker wants credentialsProvider");
        }
        if (e.status() != 403) {
            return fault("HTTP_" + e.status(), what);
        }
        String advice = skew.abs().compareTo(TOLERATED_SKEW) > 0
                ? "The clock here is %d s %s the broker's, which makes every signature invalid: set the clock"
                        .formatted(skew.abs().toSeconds(), skew.isNegative() ? "ahead of" : "behind")
                : "Signed for region %s with %s. Check that the endpoint is of that region and of the role's account, and that the role still exists"
                        .formatted(
                                attempt.settings().signing().get().region(),
                                attempt.session() == null
                                        ? "the credentials of credentialsProvider"
                                        : attempt.session());
        return new ConnectFault(
                "HTTP_403", what + ". " + advice, attempt.session() != null, DisconnectReason.Effect.RECONNECT);
    }

    private static ConnectFault disconnected(BrokerDisconnect e, ConnectionAttempt attempt) {
        String what = e.getMessage() + " (client id " + attempt.clientId() + ")";
        DisconnectReason reason = DisconnectReason.of(e.code());
        String advice =
                switch (reason) {
                    case SESSION_TAKEN_OVER ->
                        ". Give each bridge a clientId of its own (iot.client-id): with the same one they throw each other out"
                                + " for ever";
                    case NOT_AUTHORIZED ->
                        ". " + attempt.settings().hint(attempt.session(), "iot:Publish", IotResources::allTopics);
                    default -> "";
                };
        return new ConnectFault("DISCONNECT_0x%02X".formatted(e.code()), what + advice, false, reason.effect());
    }

    private static ConnectFault connack(int code, ConnectionAttempt attempt) {
        String advice =
                switch (code) {
                    case 0x85 -> "the client id is not valid: at most 128 bytes, not beginning with '$'";
                    case 0x86 -> "wrong userName or password";
                    case 0x87 ->
                        "not authorized. "
                                + attempt.settings()
                                        .hint(
                                                attempt.session(),
                                                "iot:Connect",
                                                resources -> resources.clients(attempt.settings()
                                                        .broker()
                                                        .clientId()));
                    case 0x88, 0x89 -> "the broker is unavailable or busy";
                    case 0x97, 0x9F -> "a quota of the broker is exceeded; look at the account's connection limits";
                    default -> "";
                };
        return fault(
                "CONNACK_0x%02X".formatted(code),
                "the broker answered CONNECT of client id %s with 0x%02X: %s"
                        .formatted(attempt.clientId(), code, advice));
    }

    private static ConnectFault fault(String code, String sentence) {
        return new ConnectFault(code, sentence, false, DisconnectReason.Effect.RECONNECT);
    }

    private static <T extends Throwable> T find(Throwable cause, Class<T> type) {
        for (Throwable t = cause; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
