package io.github.kinesisiot.observe;

import io.github.kinesisiot.iot.SinkStatus;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Ready only with at least one connection to the broker, if a route uses one. Publishes that the broker keeps refusing show as a blocked shard.
 */
public final class ConnectionsCheck extends BridgeCheck {

    private final Supplier<SinkStatus> sink;

    public ConnectionsCheck(Supplier<SinkStatus> sink) {
        super("connections");
        this.sink = sink;
    }

    @Override
    Finding look() {
        SinkStatus status = sink.get();
        Map<String, Object> details =
                Map.of("up", status.up(), "wanted", status.wanted(), "draining", status.draining());
        if (status.wanted() == 0) {
            return Finding.up("no route publishes to a broker", details);
        }
        String count = status.up() == 0
                ? "none of " + status.wanted() + " connections is up"
                : status.up() + " of " + status.wanted() + " connections are up";
        String message =
                count + status.lastProblem().map(problem -> ": " + problem).orElse(status.up() == 0 ? " yet" : "");
        return new Finding(status.up() > 0, message, details);
    }
}
