package io.github.kinesisiot.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The bridge's own checks as meters: what keeps it from being ready. */
public final class HealthMeters {

    private HealthMeters() {}

    public static void bind(MeterRegistry meters, List<BridgeCheck> checks) {
        for (BridgeCheck check : checks) {
            Gauge.builder("bridge.check.up", check, one -> one.look().up() ? 1 : 0)
                    .description("Whether a health check is up: 1, or 0 if it is down")
                    .tag("check", check.getId())
                    .strongReference(true)
                    .register(meters);
        }
    }
}
