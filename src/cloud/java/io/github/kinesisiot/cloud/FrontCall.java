package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What a client asks of a service.
 *
 * @param account whose resources the service has
 * @param operation e.g. {@code GetRecords}, or {@code PUT /bucket/key}
 * @param body what it was sent with; missing for REST
 */
record FrontCall(
        AwsService service, String account, String region, String operation, WireFormat format, JsonNode body) {

    /** A field of the request; empty where it has none of that name. */
    String text(String field) {
        return body.path(field).asText("");
    }

    /** By its name, or by its ARN, or by that of one of its consumers; empty for a call that is about none. */
    String stream() {
        String name = text("StreamName");
        if (!name.isEmpty()) {
            return name;
        }
        String arn = text("StreamARN") + text("ConsumerARN");
        return arn.contains(":stream/") ? arn.substring(arn.indexOf('/') + 1).split("/")[0] : "";
    }

    String table() {
        return text("TableName");
    }

    /** The shard that the request itself names. */
    Optional<ShardPlace> shard() {
        String shard = text("ShardId");
        return shard.isEmpty() ? Optional.empty() : Optional.of(new ShardPlace(stream(), shard));
    }
}
