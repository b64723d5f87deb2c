package io.github.kinesisiot.observe;

import io.github.kinesisiot.kinesis.SourceStatus;
import io.github.kinesisiot.kinesis.SourceStatus.BlockedShard;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Ready only while the stream is being read and no shard is blocked by a record that keeps failing. */
public final class StreamCheck extends BridgeCheck {

    private final Supplier<SourceStatus> source;

    public StreamCheck(Supplier<SourceStatus> source) {
        super("stream");
        this.source = source;
    }

    @Override
    Finding look() {
        SourceStatus status = source.get();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("leases", status.leasesHeld());
        status.blocked().forEach(shard -> details.put("blocked." + shard.shardId(), tries(shard)));
        return new Finding(status.reading() && status.blocked().isEmpty(), message(status), details);
    }

    private static String message(SourceStatus status) {
        String problem = status.lastProblem().map(sentence -> "; " + sentence).orElse("");
        if (!status.blocked().isEmpty()) {
            return status.blocked().stream()
                            .map(shard -> "shard " + shard.shardId() + " is blocked by one record: " + tries(shard))
                            .collect(Collectors.joining("; "))
                    + problem;
        }
        if (!status.reading()) {
            return "the stream is not being read" + (problem.isEmpty() ? " yet, or not for a minute" : problem);
        }
        String read = status.leasesHeld() == 0
                ? "the stream is being read; this container holds no shard, others hold them all"
                : "reading " + status.leasesHeld() + (status.leasesHeld() == 1 ? " shard" : " shards");
        return read + problem;
    }

    private static String tries(BlockedShard shard) {
        return shard.reason() + " at " + shard.sequenceNumber() + ", tried " + shard.attempts() + " times since "
                + shard.since();
    }
}
