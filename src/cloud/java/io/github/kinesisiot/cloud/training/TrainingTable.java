package io.github.kinesisiot.cloud.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kinesisiot.cloud.training.JsonService.Operations;
import io.github.kinesisiot.cloud.training.JsonService.Refusal;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A DynamoDB that has one table, whatever name it is asked for: the lease table. It is missing at first; when it is created, one shard's
 * row, with a checkpoint, is in it already, as if from an earlier life. So one run takes the way of a new application and that of a
 * restart. Conditions are not checked.
 */
final class TrainingTable implements Operations {
    private static final String KEY = "leaseKey";
    private static final String CHECKPOINT = "checkpoint";

    private final Map<String, ObjectNode> rows = new ConcurrentSkipListMap<>();
    private boolean created;

    /** Whether each shard's checkpoint is this sequence number. */
    boolean everyCheckpointIs(String sequenceNumber) {
        return rows.size() == TrainingStream.SHARDS.size()
                && rows.values().stream()
                        .allMatch(row -> row.path(CHECKPOINT).path("S").asText().equals(sequenceNumber));
    }

    @Override
    public Map<String, ?> answer(String operation, JsonNode request) throws Refusal {
        switch (operation) {
            case "CreateTable" -> {
                created = true;
                ObjectNode row = row(TrainingStream.SHARDS.get(0));
                set(row, CHECKPOINT, "S", TrainingStream.START);
                set(row, "checkpointSubSequenceNumber", "N", "0");
                set(row, "leaseCounter", "N", "7");
                set(row, "ownerSwitchesSinceCheckpoint", "N", "0");
                return Map.of("TableDescription", description(request));
            }
            case "DescribeTable" -> {
                if (!created) {
                    throw new Refusal("ResourceNotFoundException");
                }
                return Map.of("Table", description(request));
            }
            case "Scan" -> {
                return Map.of("Items", rows.values(), "Count", rows.size(), "ScannedCount", rows.size());
            }
            case "GetItem" -> {
                ObjectNode row = rows.get(key(request.path("Key")));
                return row == null ? Map.of() : Map.of("Item", row);
            }
            case "PutItem" -> {
                rows.put(key(request.path("Item")), request.path("Item").deepCopy());
                return Map.of();
            }
            case "UpdateItem" -> {
                update(row(key(request.path("Key"))), request.path("AttributeUpdates"));
                return Map.of();
            }
            case "DeleteItem" -> {
                rows.remove(key(request.path("Key")));
                return Map.of();
            }
            default -> throw new Refusal("UnknownOperationException");
        }
    }

    private static Map<String, ?> description(JsonNode request) {
        return Map.of(
                "TableName", request.path("TableName").asText(),
                "TableStatus", "ACTIVE",
                "ItemCount", 0,
                "BillingModeSummary", Map.of("BillingMode", "PAY_PER_REQUEST"),
                "ProvisionedThroughput", Map.of("ReadCapacityUnits", 0, "WriteCapacityUnits", 0));
    }

    private static String key(JsonNode attributes) {
        return attributes.path(KEY).path("S").asText();
    }

    private ObjectNode row(String key) {
        return rows.computeIfAbsent(key, missing -> {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            set(row, KEY, "S", key);
            return row;
        });
    }

    private static void set(ObjectNode row, String attribute, String type, String value) {
        row.putObject(attribute).put(type, value);
    }

    private static void update(ObjectNode row, JsonNode updates) {
        updates.properties().forEach(update -> {
            String attribute = update.getKey();
            JsonNode value = update.getValue().path("Value");
            switch (update.getValue().path("Action").asText("PUT")) {
                case "DELETE" -> row.remove(attribute);
                case "ADD" -> {
                    long sum = row.path(attribute).path("N").asLong()
                            + value.path("N").asLong();
                    set(row, attribute, "N", Long.toString(sum));
                }
                default -> row.set(attribute, value);
            }
        });
    }
}
