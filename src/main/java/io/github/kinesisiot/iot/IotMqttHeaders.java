package io.github.kinesisiot.iot;

/**
 * Headers that set the MQTT 5 properties of one message, beside Camel's own {@code CamelPahoMqtt5…} headers. Each wins over the endpoint's
 * option and over {@code CamelPahoMqtt5MsgProperties}. A value that cannot be used refuses the message.
 */
public final class IotMqttHeaders {

    /** String: content type, e.g. {@code application/json}. */
    public static final String CONTENT_TYPE = "CamelPahoMqtt5ContentType";

    /** {@code utf-8} or {@code bytes}. */
    public static final String PAYLOAD_FORMAT = "CamelPahoMqtt5PayloadFormat";

    /** Seconds, or a duration such as {@code 5m}: the broker forgets the message for who has not got it by then. */
    public static final String MESSAGE_EXPIRY = "CamelPahoMqtt5MessageExpiry";

    /** String: the topic for an answer. */
    public static final String RESPONSE_TOPIC = "CamelPahoMqtt5ResponseTopic";

    /** Bytes, or a string that is sent as UTF-8. */
    public static final String CORRELATION_DATA = "CamelPahoMqtt5CorrelationData";

    /** Followed by the name of a user property; the header's value is the property's. */
    public static final String USER_PROPERTY = "CamelPahoMqtt5UserProperty.";

    private IotMqttHeaders() {}
}
