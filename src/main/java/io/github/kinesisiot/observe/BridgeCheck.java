package io.github.kinesisiot.observe;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * One of the bridge's own checks: its answer always has a message that a person understands. Part of readiness unless it says otherwise. Cheap
 * enough for a probe every second; does not wait for anything outside the process.
 */
public abstract class BridgeCheck extends AbstractHealthCheck {

    BridgeCheck(String id) {
        super("bridge", id);
    }

    abstract Finding look();

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected final void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Finding finding = look();
        builder.state(finding.up() ? State.UP : State.DOWN).message(finding.message());
        finding.details().forEach(builder::detail);
    }
}
