package io.github.kinesisiot.iot;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reason codes a PUBACK (or PUBREC) can carry, and what each means for the message it answers. */
enum AckReason {
    SUCCESS(0x00, Outcome.DELIVERED, "accepted"),
    NO_MATCHING_SUBSCRIBERS(0x10, Outcome.DELIVERED, "accepted, and nobody subscribes to the topic"),
    UNSPECIFIED_ERROR(0x80, Outcome.TRANSIENT, "the broker gives no reason"),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, Outcome.TRANSIENT, "the broker does not accept it for a reason of its own"),
    NOT_AUTHORIZED(0x87, Outcome.TRANSIENT, "not authorized"),
    TOPIC_NAME_INVALID(0x90, Outcome.PERMANENT, "the broker does not accept this topic name"),
    PACKET_ID_IN_USE(0x91, Outcome.TRANSIENT, "the packet identifier is in use"),
    QUOTA_EXCEEDED(
            0x97, Outcome.TRANSIENT, "a quota of the broker is exceeded: lower publishRate or ask for a higher quota"),
    PAYLOAD_FORMAT_INVALID(0x99, Outcome.PERMANENT, "the payload is not of the format that its properties announce");

    enum Outcome {
        DELIVERED,
        TRANSIENT,
        PERMANENT
    }

    private static final Map<Integer, AckReason> BY_CODE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(r -> r.code, Function.identity()));

    private final int code;
    private final Outcome outcome;
    private final String sentence;

    AckReason(int code, Outcome outcome, String sentence) {
        this.code = code;
        this.outcome = outcome;
        this.sentence = sentence;
    }

    /**
     * The failure a code stands for, or null for success. A code that MQTT 5 does not list is taken for a transient failure from 0x80
     * on: trying again loses nothing, giving up might.
     *
     * @param hint what could be done about a lack of permission
     * @param said the reason string of the PUBACK, or null
     */
    static PublishException failure(int code, String topic, String hint, String said) {
        AckReason reason = BY_CODE.get(code);
        if (reason == null) {
            return code < 0x80
                    ? null
                    : new PublishFailedException(
                            "UNKNOWN_REASON", refused(code, topic, "a reason code MQTT 5 does not know", said), null);
        }
        String sentence = reason == NOT_AUTHORIZED ? reason.sentence + ". " + hint : reason.sentence;
        return switch (reason.outcome) {
            case DELIVERED -> null;
            case TRANSIENT -> new PublishFailedException(reason.name(), refused(code, topic, sentence, said), null);
            case PERMANENT -> new PublishRefusedException(reason.name(), refused(code, topic, sentence, said));
        };
    }

    int code() {
        return code;
    }

    private static String refused(int code, String topic, String sentence, String said) {
        return "PUBACK 0x%02X for topic '%s': %s".formatted(code, topic, sentence)
                + (said == null || said.isEmpty() ? "" : " (" + said + ")");
    }
}
