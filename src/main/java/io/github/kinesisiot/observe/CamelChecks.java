package io.github.kinesisiot.observe;

import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.Kind;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.HealthCheckResultStrategy;

/**
 * Camel's own checks in the words of this bridge. Beside the words it changes one thing: a context that stops is not ready, but it is alive until
 * it has stopped. Else a liveness probe would kill the process that is settling what it holds.
 */
public final class CamelChecks implements HealthCheckResultStrategy {

    private static final String CONTEXT = "context";
    private static final String ROUTE = "route:";
    private static final String CONSUMER = "consumer:";

    private final CamelContext camel;

    public CamelChecks(CamelContext camel) {
        this.camel = camel;
    }

    @Override
    public void processResult(HealthCheck check, Map<String, Object> options, HealthCheckResultBuilder builder) {
        if (check.getId().equals(CONTEXT)) {
            context(options.get(HealthCheck.CHECK_KIND) == Kind.LIVENESS, builder);
        } else if (check.getId().startsWith(ROUTE)) {
            String id = check.getId().substring(ROUTE.length());
            state("the route " + id, camel.getRouteController().getRouteStatus(id), builder);
        } else if (check.getId().startsWith(CONSUMER) && builder.message() == null) {
            String id = check.getId().substring(CONSUMER.length());
            state("the consumer of the route " + id, camel.getRouteController().getRouteStatus(id), builder);
        }
    }

    private void context(boolean liveness, HealthCheckResultBuilder builder) {
        if (camel.isStopping() || camel.isStopped()) {
            builder.state(liveness ? State.UP : State.DOWN)
                    .message("shutting down: nothing more is taken in, what is held is being settled");
        } else if (camel.isStarted()) {
            builder.message("started");
        } else if (!camel.isSuspended()) {
            builder.state(liveness ? State.UP : State.DOWN).message("starting");
        }
    }

    private static void state(String what, ServiceStatus status, HealthCheckResultBuilder builder) {
        if (status != null) {
            builder.message(what + " is " + status.name().toLowerCase(Locale.ROOT));
        }
    }
}
