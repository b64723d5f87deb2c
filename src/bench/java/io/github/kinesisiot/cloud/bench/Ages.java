package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.LocalCloud;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How old stamped messages are when a subscriber has them. */
final class Ages {
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

    /** Of the topics that the filter matches: some are enough, and cost the broker less. */
    Ages(LocalCloud cloud, String filter) {
        cloud.subscribe(filter, message -> nanos.add(Stamp.age(message.text())));
    }

    /** Forgets what has come so far. */
    void reset() {
        nanos.clear();
    }

    /** With the latencies of what has come since. */
    Measurement in(Measurement seen) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return seen.latencies(Load.part(sorted, 50), Load.part(sorted, 99));
    }
}
