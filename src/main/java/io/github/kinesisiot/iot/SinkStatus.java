package io.github.kinesisiot.iot;

import java.util.Optional;

/**
 * How the connections to the broker are.
 *
 * @param up connections that take publishes
 * @param wanted connections there should be
 * @param draining old connections that finish what is in flight
 * @param publishing whether a publish has a chance now: a connection is up, and the last publish that was answered went well
 * @param lastProblem what is wrong and what to do about it, while something is
 */
public record SinkStatus(int up, int wanted, int draining, boolean publishing, Optional<String> lastProblem) {

    /** Of several pools together; nothing wanted is a state without problem. */
    SinkStatus and(SinkStatus other) {
        return new SinkStatus(
                up + other.up,
                wanted + other.wanted,
                draining + other.draining,
                publishing && other.publishing,
                lastProblem.or(other::lastProblem));
    }
}
