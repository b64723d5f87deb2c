package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The moment of an application's first start, kept as an attribute of those lease rows that have no checkpoint yet. KCL keeps attributes
 * it does not know. Of several containers that start at once, the earliest moment counts for all.
 */
final class FirstStart {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final String ATTRIBUTE = "bridgeFirstStart";
    private static final String KEY = "leaseKey";
    private static final String CHECKPOINT = "checkpoint";
    private static final String NO_CHECKPOINT = "AT_TIMESTAMP";

    private FirstStart() {}

    /** The earliest moment kept in the table's rows, else the given one. */
    static Instant earliest(String table, DynamoDbAsyncClient dynamoDb, Instant otherwise)
            throws ExecutionException, InterruptedException, TimeoutException {
        return rows(table, dynamoDb).stream()
                .filter(row -> row.containsKey(ATTRIBUTE))
                .map(row -> Instant.parse(row.get(ATTRIBUTE).s()))
                .min(Instant::compareTo)
                .orElse(otherwise);
    }

    /** Writes the moment to the rows without a checkpoint that keep none yet, and answers the earliest one then. */
    static Instant keep(String table, DynamoDbAsyncClient dynamoDb, Instant moment)
            throws ExecutionException, InterruptedException, TimeoutException {
        for (Map<String, AttributeValue> row : rows(table, dynamoDb)) {
            AttributeValue checkpoint = row.get(CHECKPOINT);
            if (checkpoint != null && NO_CHECKPOINT.equals(checkpoint.s()) && !row.containsKey(ATTRIBUTE)) {
                answer(dynamoDb.updateItem(UpdateItemRequest.builder()
                        .tableName(table)
                        .key(Map.of(KEY, row.get(KEY)))
                        .updateExpression("SET " + ATTRIBUTE + " = if_not_exists(" + ATTRIBUTE + ", :moment)")
                        .expressionAttributeValues(Map.of(":moment", AttributeValue.fromS(moment.toString())))
                        .build()));
            }
        }
        return earliest(table, dynamoDb, moment);
    }

    private static List<Map<String, AttributeValue>> rows(String table, DynamoDbAsyncClient dynamoDb)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<Map<String, AttributeValue>> rows = new ArrayList<>();
        Map<String, AttributeValue> from = Map.of();
        do {
            ScanRequest.Builder scan = ScanRequest.builder().tableName(table).consistentRead(true);
            if (!from.isEmpty()) {
                scan.exclusiveStartKey(from);
            }
            ScanResponse page = answer(dynamoDb.scan(scan.build()));
            rows.addAll(page.items());
            from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
        } while (!from.isEmpty());
        return rows;
    }

    private static <T> T answer(CompletableFuture<T> call)
            throws ExecutionException, InterruptedException, TimeoutException {
        return call.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
