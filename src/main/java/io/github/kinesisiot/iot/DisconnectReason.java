package io.github.kinesisiot.iot;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reason codes of a DISCONNECT from the broker, and what each means for the connections to come. */
enum DisconnectReason {
    NORMAL(0x00, Effect.RECONNECT, "normal disconnection"),
    UNSPECIFIED_ERROR(0x80, Effect.RECONNECT, "unspecified error"),
    MALFORMED_PACKET(0x81, Effect.RECONNECT, "malformed packet"),
    PROTOCOL_ERROR(0x82, Effect.RECONNECT, "protocol error"),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, Effect.RECONNECT, "a reason of the broker's own"),
    NOT_AUTHORIZED(0x87, Effect.RECONNECT, "not authorized"),
    SERVER_BUSY(0x89, Effect.SLOWER, "server busy"),
    SERVER_SHUTTING_DOWN(0x8B, Effect.RECONNECT, "server shutting down"),
    KEEP_ALIVE_TIMEOUT(0x8D, Effect.RECONNECT, "keep alive timeout"),
    SESSION_TAKEN_OVER(0x8E, Effect.RECONNECT, "session taken over: another client connected with the same client id"),
    TOPIC_FILTER_INVALID(0x8F, Effect.RECONNECT, "topic filter invalid"),
    TOPIC_NAME_INVALID(0x90, Effect.MESSAGE, "topic name invalid"),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, Effect.SLOWER, "receive maximum exceeded"),
    TOPIC_ALIAS_INVALID(0x94, Effect.WITHOUT_ALIASES, "topic alias invalid"),
    PACKET_TOO_LARGE(0x95, Effect.MESSAGE, "packet too large"),
    MESSAGE_RATE_TOO_HIGH(0x96, Effect.SLOWER, "message rate too high"),
    QUOTA_EXCEEDED(0x97, Effect.SLOWER, "quota exceeded"),
    ADMINISTRATIVE_ACTION(0x98, Effect.RECONNECT, "administrative action"),
    PAYLOAD_FORMAT_INVALID(0x99, Effect.MESSAGE, "payload format invalid"),
    RETAIN_NOT_SUPPORTED(0x9A, Effect.MESSAGE, "retain not supported"),
    QOS_NOT_SUPPORTED(0x9B, Effect.MESSAGE, "QoS not supported"),
    USE_ANOTHER_SERVER(0x9C, Effect.RECONNECT, "use another server"),
    SERVER_MOVED(0x9D, Effect.RECONNECT, "server moved"),
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, Effect.RECONNECT, "shared subscriptions not supported"),
    CONNECTION_RATE_EXCEEDED(0x9F, Effect.SLOWER, "connection rate exceeded"),
    MAXIMUM_CONNECT_TIME(0xA0, Effect.RECONNECT, "maximum connect time"),
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, Effect.RECONNECT, "subscription identifiers not supported"),
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, Effect.RECONNECT, "wildcard subscriptions not supported"),
    UNKNOWN(-1, Effect.RECONNECT, "a reason MQTT 5 does not list");

    /** What to do beside connecting anew with growing pauses. What was in flight is tried again in any case but one. */
    enum Effect {
        /** Nothing more. */
        RECONNECT,
        /** The next connection begins with half of its rate. */
        SLOWER,
        /** The next connections of this place in the pool use no topic aliases. */
        WITHOUT_ALIASES,
        /** One of the messages in flight was the reason. Alone in flight it is refused for good; else all are sent one by one, to find it. */
        MESSAGE
    }

    private static final Map<Integer, DisconnectReason> BY_CODE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(r -> r.code, Function.identity()));

    private final int code;
    private final Effect effect;
    private final String sentence;

    DisconnectReason(int code, Effect effect, String sentence) {
        this.code = code;
        this.effect = effect;
        this.sentence = sentence;
    }

    static DisconnectReason of(int code) {
        return BY_CODE.getOrDefault(code, UNKNOWN);
    }

    Effect effect() {
        return effect;
    }

    String sentence() {
        return sentence;
    }
}
