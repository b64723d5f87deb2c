package io.github.kinesisiot.iot;

import java.util.function.Function;

/**
 * The limits of a producer, from its options. AWS's where the endpoint is signed, else none but MQTT's own; each can be set.
 *
 * @param publishRate per connection and second; 0 for none
 * @param bytesPerSecond per connection; 0 for none
 * @param maxInFlight per connection, unless the broker wants fewer
 * @param maxPayload bytes of one payload
 * @param maxTopicBytes of one topic, in UTF-8
 * @param maxTopicLevels of one topic
 * @param maxClientIdBytes of one client id, in UTF-8
 * @param topicAliases per connection at most, unless the broker wants fewer; 0 for none
 */
record Quotas(
        int publishRate,
        int bytesPerSecond,
        int maxInFlight,
        int maxPayload,
        int maxTopicBytes,
        int maxTopicLevels,
        int maxClientIdBytes,
        int topicAliases) {

    static final int AWS_PUBLISH_RATE = 100;
    static final int MQTT_STRING = 65_535;
    private static final int MQTT_PAYLOAD = 268_435_455 - MQTT_STRING - 16;

    static final Quotas MQTT = new Quotas(0, 0, 100, MQTT_PAYLOAD, MQTT_STRING, MQTT_STRING, MQTT_STRING, 64);
    static final Quotas AWS_IOT =
            new Quotas(AWS_PUBLISH_RATE, 512 * 1024, 100, 128 * 1024, 256, 8, 128, MQTT.topicAliases);

    /** @param option the value of an endpoint option, or null */
    static Quotas of(Function<String, Integer> option, boolean signed) {
        Quotas defaults = signed ? AWS_IOT : MQTT;
        return new Quotas(
                given(option.apply("publishRate"), defaults.publishRate),
                given(option.apply("bytesPerSecond"), defaults.bytesPerSecond),
                given(option.apply("maxInFlight"), defaults.maxInFlight),
                given(option.apply("maxPayload"), defaults.maxPayload),
                given(option.apply("maxTopicBytes"), defaults.maxTopicBytes),
                given(option.apply("maxTopicLevels"), defaults.maxTopicLevels),
                given(option.apply("maxClientIdBytes"), defaults.maxClientIdBytes),
                given(option.apply("topicAliases"), defaults.topicAliases));
    }

    private static int given(Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
