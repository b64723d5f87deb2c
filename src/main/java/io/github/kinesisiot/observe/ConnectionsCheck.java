package io.github.kinesisiot.observe;

import io.github.kinesisiot.iot.SinkStatus;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready only with at least one connection to the broker. Publishes that the broker keeps refusing show as a blocked shard. */
public final class ConnectionsCheck extends AbstractHealthCheck {

    private final Supplier<SinkStatus> sink;

    public ConnectionsCheck(Supplier<SinkStatus> sink) {
        super("bridge", "connections");
        this.sink = sink;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        SinkStatus status = sink.get();
        builder.detail("up", status.up()).detail("wanted", status.wanted()).detail("draining", status.draining());
        status.lastProblem().ifPresent(builder::message);
        if (status.up() > 0) {
            builder.up();
        } else {
            builder.down();
        }
    }
}
