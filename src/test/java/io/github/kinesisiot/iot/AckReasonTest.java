package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AckReasonTest {

    /** Retrying what can never succeed blocks a key; giving up what could have succeeded loses a record. */
    @Test
    void everyCodeOfAPubackIsClassified() {
        for (int code : new int[] {0x00, 0x10, 0x42}) {
            assertThat(AckReason.failure(code, "t", "", null))
                    .as("0x%02X", code)
                    .isNull();
        }
        for (int code : new int[] {0x80, 0x83, 0x87, 0x91, 0x97, 0xF0}) {
            assertThat(AckReason.failure(code, "t", "", null))
                    .as("0x%02X", code)
                    .isInstanceOf(PublishFailedException.class);
        }
        for (int code : new int[] {0x90, 0x99}) {
            assertThat(AckReason.failure(code, "t", "", null))
                    .as("0x%02X", code)
                    .isInstanceOf(PublishRefusedException.class);
        }
    }

    /** The codes are part of what alerts and dead letters are written against. */
    @Test
    void theReasonCodesAreStable() {
        assertThat(AckReason.failure(0x87, "t", "", null).reasonCode()).isEqualTo("NOT_AUTHORIZED");
        assertThat(AckReason.failure(0x90, "t", "", null).reasonCode()).isEqualTo("TOPIC_NAME_INVALID");
        assertThat(AckReason.failure(0x97, "t", "", null).reasonCode()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(AckReason.failure(0x99, "t", "", null).reasonCode()).isEqualTo("PAYLOAD_FORMAT_INVALID");
        assertThat(AckReason.failure(0xF0, "t", "", null).reasonCode()).isEqualTo("UNKNOWN_REASON");
    }
}
