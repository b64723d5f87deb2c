package io.github.kinesisiot.cloud;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message as a subscriber got it.
 *
 * @param userProperties in the order they were sent; a key may appear more than once
 */
public record ReceivedMessage(
        String topic,
        byte[] payload,
        int qos,
        boolean retained,
        Optional<String> contentType,
        List<Map.Entry<String, String>> userProperties,
        Instant receivedAt) {

    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The first user property of that name. */
    public Optional<String> userProperty(String name) {
        return userProperties.stream()
                .filter(property -> property.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
