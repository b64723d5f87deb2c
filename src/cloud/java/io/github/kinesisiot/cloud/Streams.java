package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Creating streams. The SDK's own waiter sleeps for ten seconds between two looks; the emulator needs fifty milliseconds. */
final class Streams {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Sixteen looks a second: Kinesis allows twenty. */
    private static final Duration POLL = Duration.ofMillis(60);

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

    /**
     * Returns when it is gone, and a second has passed that it began in: sequence numbers have the second in them that their shard was made in, and
     * those of a stream made again at once would look like the old one's. At AWS a deletion takes longer than that.
     */
    static void delete(KinesisClient kinesis, String name) {
        long end = System.nanoTime() + LIMIT.toNanos();
        long second = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        kinesis.deleteStream(request -> request.streamName(name).enforceConsumerDeletion(true));
        while (exists(kinesis, name) || System.nanoTime() - second < 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("stream " + name + " is there after " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static boolean exists(KinesisClient kinesis, String name) {
        try {
            status(kinesis, name);
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    private static StreamStatus status(KinesisClient kinesis, String name) {
        return kinesis.describeStreamSummary(request -> request.streamName(name))
                .streamDescriptionSummary()
                .streamStatus();
    }
}
