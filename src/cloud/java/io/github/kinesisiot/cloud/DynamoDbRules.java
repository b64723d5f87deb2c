package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A table of DynamoDB comes and goes over seconds, which its emulator does at once: meanwhile it is described as CREATING or DELETING, its
 * items are not there, and it cannot be changed. Thread-safe.
 */
public final class DynamoDbRules implements ServiceRules {
    private static final Set<String> WATCHED = Set.of("CreateTable", "DeleteTable");
    private static final Set<String> CHANGES = Set.of("CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive");

    private final LongSupplier nanoTime;
    private final Map<String, Change> changing = new HashMap<>();
    private Duration creating = Duration.ZERO;
    private Duration deleting = Duration.ZERO;

    /** @param description of the table, as AWS gave it when the change began */
    private record Change(JsonNode description, boolean creation, long begin) {
        String word() {
            return creation ? "created" : "deleted";
        }
    }

    DynamoDbRules(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** How long tables are CREATING and DELETING, not at all unless told; holds for those that are on their way as well. */
    public synchronized void tablesTake(Duration creation, Duration deletion) {
        creating = creation;
        deleting = deletion;
    }

    @Override
    public synchronized Future<Optional<JsonNode>> before(FrontCall call, Questions emulator) {
        Change change = changing.get(call.table());
        if (change != null
                && nanoTime.getAsLong() - change.begin()
                        >= time(change.creation()).toNanos()) {
            changing.remove(call.table());
            change = null;
        }
        if (change == null) {
            return Future.succeededFuture(Optional.empty());
        }
        if (call.operation().equals("DescribeTable")) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.set("Table", change.description());
            return Future.succeededFuture(Optional.of(answer));
        }
        return Future.failedFuture(
                CHANGES.contains(call.operation())
                        ? Refusals.tableInUse(call.table(), change.word())
                        : Refusals.noSuchTable());
    }

    @Override
    public boolean watches(String operation) {
        return WATCHED.contains(operation);
    }

    @Override
    public synchronized Optional<RefusedException> after(FrontCall call, int status, JsonNode answer) {
        boolean created = call.operation().equals("CreateTable");
        if (status == 200) {
            changing.put(call.table(), new Change(answer.path("TableDescription"), created, nanoTime.getAsLong()));
            return Optional.empty();
        }
        // The emulator has no words for it.
        boolean exists = created && answer.path("__type").asText().endsWith("ResourceInUseException");
        return exists ? Optional.of(Refusals.tableExists(call.table())) : Optional.empty();
    }

    private Duration time(boolean creation) {
        return creation ? creating : deleting;
    }
}
