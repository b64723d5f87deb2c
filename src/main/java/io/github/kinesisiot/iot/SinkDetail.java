package io.github.kinesisiot.iot;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the connections to the broker do, for somebody who looks at them: figures of one moment, and counts since the start.
 *
 * @param acknowledged publishes settled with success; {@code refused} are never possible, {@code failed} are tried again
 * @param queued publishes that wait for a connection
 */
public record SinkDetail(
        long acknowledged, long refused, long failed, int inFlight, int queued, List<ConnectionDetail> connections) {

    public SinkDetail {
        connections = List.copyOf(connections);
    }

    /** {@code DOWN} is a slot without any connection, which waits for its next attempt. */
    public enum State {
        DOWN,
        CONNECTING,
        UP,
        /** Takes no more publishes, and goes when those in flight are answered. */
        DRAINING
    }

    /**
     * One connection, or a slot that has none.
     *
     * @param clientId empty for a slot without any
     * @param seconds since it came up; since the attempt began while it is connecting; 0 for a slot without any
     * @param session the number of the session that signed it; 0 where none did
     * @param acknowledged publishes settled with success on this connection
     * @param problem what keeps the slot from having a connection that serves
     */
    public record ConnectionDetail(
            int slot,
            Optional<String> clientId,
            State state,
            double seconds,
            long session,
            long acknowledged,
            int inFlight,
            Optional<String> problem) {}

    SinkDetail withConnections(List<ConnectionDetail> more) {
        return new SinkDetail(
                acknowledged,
                refused,
                failed,
                inFlight,
                queued,
                Stream.concat(connections.stream(), more.stream()).toList());
    }
}
