package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Who is connected under which client id, and when each has connected. Thread-safe. */
final class ClientIds {
    private final Map<String, GateSession> holders = new HashMap<>();
    private final Map<String, List<Long>> times = new HashMap<>();
    private final List<GateConnect> connects = new ArrayList<>();
    private SlidingSecond account = new SlidingSecond(1);
    private int accountMost = 1;

    /** Notes a CONNECT; false where it is one too many. Of a client id those count that were refused as well. */
    synchronized boolean connects(GateConnect connect, long nanos, IotQuotas quotas) {
        connects.add(connect);
        if (connect.clientId().isEmpty()) {
            return accountTakes(nanos, quotas.connectsPerSecond());
        }
        List<Long> before = times.computeIfAbsent(connect.clientId(), id -> new ArrayList<>());
        before.add(nanos);
        int most = quotas.connectsPerClientId();
        boolean tooOften = most > 0 && before.size() > most && nanos - before.get(before.size() - 1 - most) < second();
        return !tooOften && accountTakes(nanos, quotas.connectsPerSecond());
    }

    private boolean accountTakes(long nanos, int most) {
        if (most <= 0) {
            return true;
        }
        if (most != accountMost) {
            accountMost = most;
            account = new SlidingSecond(most);
        }
        return account.take(nanos);
    }

    private static long second() {
        return TimeUnit.SECONDS.toNanos(1);
    }

    /** @return who had it so far, or null */
    synchronized GateSession takenBy(String clientId, GateSession session) {
        return holders.put(clientId, session);
    }

    /** Unless somebody else has it by now. */
    synchronized void left(String clientId, GateSession session) {
        holders.remove(clientId, session);
    }

    synchronized List<GateConnect> connects() {
        return List.copyOf(connects);
    }

    /** The most CONNECTs of one client id within any stretch of that length. */
    synchronized int busiest(Duration stretch) {
        return times.values().stream()
                .mapToInt(each -> PublishTimes.busiest(each, stretch.toNanos()))
                .max()
                .orElse(0);
    }
}
