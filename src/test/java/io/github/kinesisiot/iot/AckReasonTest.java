package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AckReasonTest {

    /**
     * Retrying what can never succeed blocks a key; giving up what could have succeeded loses a record. The names are part of what
     * alerts and dead letters are written against.
     */
    @ParameterizedTest
    @CsvSource({
        "00, , delivered",
        "10, , delivered",
        "42, , delivered",
        "80, UNSPECIFIED_ERROR, retried",
        "83, IMPLEMENTATION_SPECIFIC_ERROR, retried",
        "87, NOT_AUTHORIZED, retried",
        "90, TOPIC_NAME_INVALID, refused",
        "91, PACKET_ID_IN_USE, retried",
        "97, QUOTA_EXCEEDED, retried",
        "99, PAYLOAD_FORMAT_INVALID, refused",
        "F0, UNKNOWN_REASON, retried"
    })
    void everyCodeOfAPubackIsClassified(String hex, String name, String outcome) {
        int code = Integer.parseInt(hex, 16);
        PublishException failure = AckReason.failure(code, "a/topic", "hint", "said");
        switch (outcome) {
            case "delivered" -> assertThat(failure).isNull();
            case "retried" -> assertThat(failure).isInstanceOf(PublishFailedException.class);
            default -> assertThat(failure).isInstanceOf(PublishRefusedException.class);
        }
        if (failure != null) {
            assertThat(failure.reasonCode()).isEqualTo(name);
            assertThat(failure).hasMessageContainingAll("0x" + hex, "'a/topic'", "(said)");
        }
    }

    /** A row that is added without a test. */
    @Test
    void theTableHasTheRowsThatAreTested() {
        assertThat(Arrays.stream(AckReason.values()).map(AckReason::code))
                .containsExactly(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    }
}
