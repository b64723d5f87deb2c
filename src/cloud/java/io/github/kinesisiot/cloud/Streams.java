package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Creating streams. The SDK's own waiter sleeps for ten seconds between two looks; the emulator needs fifty milliseconds. */
final class Streams {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private Streams() {}

    static void create(KinesisClient kinesis, String name, int shards) {
        kinesis.createStream(request -> request.streamName(name).shardCount(shards));
        awaitActive(kinesis, name);
    }

    /** After a creation, a split or a merge. */
    static void awaitActive(KinesisClient kinesis, String name) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (status(kinesis, name) != StreamStatus.ACTIVE) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("stream " + name + " is not active after " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static StreamStatus status(KinesisClient kinesis, String name) {
        return kinesis.describeStreamSummary(request -> request.streamName(name))
                .streamDescriptionSummary()
                .streamStatus();
    }
}
