package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When the PUBLISH packets of one connection arrived. Thread-safe. */
final class PublishTimes {
    private final List<Long> times = new ArrayList<>();

    synchronized void arrived(long nanos) {
        times.add(nanos);
    }

    synchronized void forget() {
        times.clear();
    }

    /** The most within any stretch of that length. */
    synchronized int busiest(Duration stretch) {
        return busiest(times, stretch.toNanos());
    }

    /** @param times in their order */
    static int busiest(List<Long> times, long stretch) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.size(); to++) {
            while (times.get(to) - times.get(from) >= stretch) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}
