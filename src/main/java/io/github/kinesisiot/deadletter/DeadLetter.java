package io.github.kinesisiot.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Map;

/**
 * One record that could not be published, whole: everything needed to understand it and to publish it later. One line of JSON in the store.
 *
 * @param payload the record's bytes as they were read (base64 in JSON)
 * @param reason a stable code, see {@link io.github.kinesisiot.ReasonCoded}
 * @param message the reason as a sentence
 * @param attempts tries by the container that gave it up; the last of them ended at {@code storedAt}
 * @param routeId the route that the record came in by, which publishes it again
 * @param headers the message's own headers as text, those of the source excepted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"storedAt", "reason", "message", "partitionKey", "sequenceNumber"})
public record DeadLetter(
        Instant storedAt,
        String reason,
        String message,
        String partitionKey,
        String sequenceNumber,
        long subSequenceNumber,
        String stream,
        String shardId,
        Instant arrivedAt,
        String topic,
        int attempts,
        Instant firstAttemptAt,
        String bridge,
        String routeId,
        Map<String, String> headers,
        byte[] payload) {}
