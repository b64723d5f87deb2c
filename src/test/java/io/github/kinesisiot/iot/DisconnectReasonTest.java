package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisconnectReasonTest {

    /** What a code means decides whether one message can take every connection down again and again. */
    @ParameterizedTest
    @CsvSource({
        "00, NORMAL, RECONNECT",
        "80, UNSPECIFIED_ERROR, RECONNECT",
        "81, MALFORMED_PACKET, RECONNECT",
        "82, PROTOCOL_ERROR, RECONNECT",
        "83, IMPLEMENTATION_SPECIFIC_ERROR, RECONNECT",
        "87, NOT_AUTHORIZED, RECONNECT",
        "89, SERVER_BUSY, SLOWER",
        "8B, SERVER_SHUTTING_DOWN, RECONNECT",
        "8D, KEEP_ALIVE_TIMEOUT, RECONNECT",
        "8E, SESSION_TAKEN_OVER, RECONNECT",
        "8F, TOPIC_FILTER_INVALID, RECONNECT",
        "90, TOPIC_NAME_INVALID, MESSAGE",
        "93, RECEIVE_MAXIMUM_EXCEEDED, SLOWER",
        "94, TOPIC_ALIAS_INVALID, WITHOUT_ALIASES",
        "95, PACKET_TOO_LARGE, MESSAGE",
        "96, MESSAGE_RATE_TOO_HIGH, SLOWER",
        "97, QUOTA_EXCEEDED, SLOWER",
        "98, ADMINISTRATIVE_ACTION, RECONNECT",
        "99, PAYLOAD_FORMAT_INVALID, MESSAGE",
        "9A, RETAIN_NOT_SUPPORTED, MESSAGE",
        "9B, QOS_NOT_SUPPORTED, MESSAGE",
        "9C, USE_ANOTHER_SERVER, RECONNECT",
        "9D, SERVER_MOVED, RECONNECT",
        "9E, SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, RECONNECT",
        "9F, CONNECTION_RATE_EXCEEDED, SLOWER",
        "A0, MAXIMUM_CONNECT_TIME, RECONNECT",
        "A1, SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, RECONNECT",
        "A2, WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, RECONNECT",
        "42, UNKNOWN, RECONNECT"
    })
    void everyCodeOfADisconnectIsClassified(String hex, DisconnectReason reason, DisconnectReason.Effect effect) {
        assertThat(DisconnectReason.of(Integer.parseInt(hex, 16))).isEqualTo(reason);
        assertThat(reason.effect()).isEqualTo(effect);
        assertThat(reason.sentence()).isNotBlank();
    }

    /** A row that is added without a test. */
    @Test
    void theTableHasTheRowsThatAreTested() {
        assertThat(DisconnectReason.values()).hasSize(29);
    }
}
