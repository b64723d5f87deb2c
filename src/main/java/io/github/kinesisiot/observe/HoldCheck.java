package io.github.kinesisiot.observe;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready while the bridge holds because every record is refused. */
public final class HoldCheck extends AbstractHealthCheck {

    private final Supplier<Optional<String>> problem;

    public HoldCheck(Supplier<Optional<String>> problem) {
        super("bridge", "hold");
        this.problem = problem;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        problem.get().ifPresentOrElse(sentence -> builder.down().message(sentence), builder::up);
    }
}
