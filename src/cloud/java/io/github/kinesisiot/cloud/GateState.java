package io.github.kinesisiot.cloud;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the connections of one IoT endpoint have in common. Thread-safe. */
final class GateState {
    final Clock clock;
    final LinkFaults faults = new LinkFaults();
    final ClientIds clientIds = new ClientIds();
    private final List<GateVerdict> verdicts = new CopyOnWriteArrayList<>();
    private final List<PublishTimes> counted = new CopyOnWriteArrayList<>();
    private volatile boolean counting;
    private volatile RolePolicy policy = RolePolicy.DEFAULT;
    private volatile IotQuotas quotas = IotQuotas.AWS;
    private volatile long halfRoundTripNanos;

    GateState(Clock clock) {
        this.clock = clock;
    }

    RolePolicy policy() {
        return policy;
    }

    void policy(RolePolicy changed) {
        policy = changed;
    }

    IotQuotas quotas() {
        return quotas;
    }

    void quotas(IotQuotas changed) {
        quotas = changed;
    }

    long halfRoundTripNanos() {
        return halfRoundTripNanos;
    }

    void halfRoundTripNanos(long nanos) {
        halfRoundTripNanos = nanos;
    }

    void verdict(String clientId, String answer, int reason, String topic) {
        verdicts.add(new GateVerdict(clock.instant(), clientId, answer, reason, topic));
    }

    List<GateVerdict> verdicts() {
        return List.copyOf(verdicts);
    }

    void countPublishes() {
        counting = true;
    }

    /** Of a new connection; nobody asks for it unless publishes are counted. */
    PublishTimes newTimes() {
        PublishTimes times = new PublishTimes();
        if (counting) {
            counted.add(times);
        }
        return times;
    }

    boolean counting() {
        return counting;
    }

    List<PublishTimes> counted() {
        return counted;
    }
}
