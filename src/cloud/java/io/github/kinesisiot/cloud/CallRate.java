package io.github.kinesisiot.cloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Calls of one kind: how many there were within any second, and whether one more is too many. For one thread at a time. */
final class CallRate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Deque<Long> asked = new ArrayDeque<>();
    private final Deque<Long> allowed = new ArrayDeque<>();
    private int busiest;

    /** @return whether it is within the limit; those that are not do not count against it */
    boolean allow(long now, int perSecond) {
        forget(asked, now);
        asked.add(now);
        busiest = Math.max(busiest, asked.size());
        forget(allowed, now);
        if (allowed.size() >= perSecond) {
            return false;
        }
        allowed.add(now);
        return true;
    }

    /** The most within any one second, refused ones included. */
    int busiest() {
        return busiest;
    }

    private static void forget(Deque<Long> times, long now) {
        while (!times.isEmpty() && now - times.peek() >= SECOND) {
            times.remove();
        }
    }
}
