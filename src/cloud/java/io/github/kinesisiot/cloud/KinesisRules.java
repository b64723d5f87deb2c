package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kinesisiot.cloud.SequenceNumbers.Origin;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Where Kinesis is stricter than its emulators: iterators end, sequence numbers belong to one stream and shard, a stream made again under
 * its old name is another stream, and who asks too often is refused. Thread-safe.
 */
public final class KinesisRules implements ServiceRules {
    private static final Set<String> WATCHED = Set.of("GetShardIterator", "GetRecords", "DeleteStream");

    private final ShardIterators iterators;
    private final KinesisQuotas quotas;

    KinesisRules(Clock clock, LongSupplier nanoTime) {
        this.iterators = new ShardIterators(clock);
        this.quotas = new KinesisQuotas(nanoTime);
    }

    /** How long an iterator can be used, five minutes unless told; holds for those already given out as well. */
    public void iteratorsLast(Duration lifetime) {
        iterators.last(lifetime);
    }

    /** Whether more calls than AWS allows are refused, as they are unless told. */
    public void quotasKept(boolean kept) {
        quotas.kept(kept);
    }

    /** The most GetRecords of any one second so far, refused ones included, by {@code stream/shard}. AWS allows five. */
    public Map<String, Integer> busiestReads() {
        return quotas.busiestReads();
    }

    @Override
    public Optional<ShardPlace> place(FrontCall call) {
        return call.operation().equals("GetRecords") ? iterators.place(call.text("ShardIterator")) : call.shard();
    }

    @Override
    public Future<Optional<JsonNode>> before(FrontCall call, Questions emulator) {
        Optional<ShardPlace> place = place(call);
        Optional<RefusedException> refusal =
                call.operation().equals("GetRecords") ? iterators.refusal(call) : Optional.empty();
        refusal = refusal.or(() -> quotas.count(call, place));
        if (refusal.isPresent()) {
            return Future.failedFuture(refusal.get());
        }
        String number = startingSequenceNumber(call);
        if (place.isEmpty() || number.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        Optional<Origin> origin = SequenceNumbers.origin(number);
        if (origin.isEmpty()) {
            return Future.failedFuture(Refusals.sequenceNumber(number, call, place.get(), "."));
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("StreamName", call.stream());
        // Whatever is wrong with the stream is the emulator's to say.
        return emulator.ask("ListShards", list).otherwise(list).compose(shards -> {
            boolean foreign = shardStart(shards, place.get()).stream().anyMatch(start -> !start.equals(origin.get()));
            return foreign
                    ? Future.failedFuture(foreign(number, call, place.get(), origin.get()))
                    : Future.succeededFuture(Optional.empty());
        });
    }

    private static String startingSequenceNumber(FrontCall call) {
        return switch (call.operation()) {
            case "GetShardIterator" -> call.text("StartingSequenceNumber");
            case "SubscribeToShard" ->
                call.body().path("StartingPosition").path("SequenceNumber").asText("");
            default -> "";
        };
    }

    private static Optional<Origin> shardStart(JsonNode shards, ShardPlace place) {
        for (JsonNode shard : shards.path("Shards")) {
            if (shard.path("ShardId").asText().equals(place.shard())) {
                return SequenceNumbers.origin(shard.path("SequenceNumberRange")
                        .path("StartingSequenceNumber")
                        .asText());
            }
        }
        return Optional.empty();
    }

    private static RefusedException foreign(String number, FrontCall call, ShardPlace place, Origin origin) {
        String encoded = "shardId-%012d".formatted(origin.shard());
        return encoded.equals(place.shard())
                ? Refusals.sequenceNumber(number, call, place, " because it did not come from this stream.")
                : Refusals.refused(
                        "InvalidArgumentException",
                        "Invalid StartingSequenceNumber. It encodes " + encoded
                                + ", while it was used in a call to a shard with " + place.shard());
    }

    @Override
    public boolean watches(String operation) {
        return WATCHED.contains(operation);
    }

    @Override
    public Optional<RefusedException> after(FrontCall call, int status, JsonNode answer) {
        if (status != 200) {
            return refusal(call, status, answer);
        }
        switch (call.operation()) {
            case "GetShardIterator" ->
                call.shard()
                        .ifPresent(place ->
                                iterators.remember(answer.path("ShardIterator").asText(), place));
            case "GetRecords" -> place(call).ifPresent(place -> read(place, answer));
            case "DeleteStream" -> iterators.deleted(call.stream());
            default -> {}
        }
        return Optional.empty();
    }

    private void read(ShardPlace place, JsonNode answer) {
        String next = answer.path("NextShardIterator").asText("");
        if (!next.isEmpty()) {
            iterators.remember(next, place);
        }
        long bytes = 0;
        for (JsonNode record : answer.path("Records")) {
            JsonNode data = record.path("Data");
            // In JSON the bytes are Base64: three for four characters.
            bytes += data.isTextual() ? data.textValue().length() * 3L / 4 : ((BinaryNode) data).binaryValue().length;
            bytes += record.path("PartitionKey").asText().length();
        }
        quotas.read(place, bytes);
    }

    /** The emulators' own words for what AWS puts otherwise. */
    private Optional<RefusedException> refusal(FrontCall call, int status, JsonNode answer) {
        String type = answer.path("__type").asText();
        if (call.operation().equals("GetRecords") && place(call).isEmpty() && !type.contains("Expired")) {
            return Optional.of(Refusals.invalidIterator());
        }
        boolean ofTheStream = answer.path("message").asText().matches("(?i)stream (arn|name)?.*not found.*");
        if (status == 400 && type.endsWith("ResourceNotFoundException") && ofTheStream) {
            return Optional.of(place(call)
                    .map(shard -> Refusals.noSuchShard(call, shard))
                    .orElseGet(() -> Refusals.noSuchStream(call)));
        }
        return Optional.empty();
    }
}
