package io.github.kinesisiot.observe;

import io.github.kinesisiot.kinesis.SourceStatus;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready only while the stream is being read and no shard is blocked by a record that keeps failing. */
public final class StreamCheck extends AbstractHealthCheck {

    private final Supplier<SourceStatus> source;

    public StreamCheck(Supplier<SourceStatus> source) {
        super("bridge", "stream");
        this.source = source;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        SourceStatus status = source.get();
        builder.detail("leases", status.leasesHeld());
        status.lastProblem().ifPresent(builder::message);
        status.blocked()
                .forEach(shard -> builder.detail(
                        "blocked." + shard.shardId(),
                        shard.reason() + " at " + shard.sequenceNumber() + ", tried " + shard.attempts()
                                + " times since " + shard.since()));
        if (status.reading() && status.blocked().isEmpty()) {
            builder.up();
        } else {
            builder.down();
        }
    }
}
