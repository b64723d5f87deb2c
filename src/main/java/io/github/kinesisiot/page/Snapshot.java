package io.github.kinesisiot.page;

import io.github.kinesisiot.credentials.SessionHistory;
import io.github.kinesisiot.deadletter.RecentLetters;
import io.github.kinesisiot.iot.SinkDetail;
import io.github.kinesisiot.iot.SinkStatus;
import io.github.kinesisiot.kinesis.SourceDetail;
import io.github.kinesisiot.kinesis.SourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the bridge is at one moment, whole. Holds no credentials, nothing of the records' content and no partition key of its own; sentences
 * of the broker's may name a topic.
 *
 * @param hold why nothing is published, while the bridge holds
 */
record Snapshot(
        Instant at,
        Bridge bridge,
        List<Check> checks,
        Source source,
        Sink sink,
        Session session,
        Optional<String> hold,
        List<RecentLetters.OfReason> letters) {

    /** What it is and where it runs between; the same for the life of the process. */
    record Bridge(
            String version,
            String application,
            String stream,
            String region,
            String endpoint,
            String topic,
            String clientId,
            Instant startedAt) {}

    /** A readiness check of Camel's registry. */
    record Check(String id, boolean up, Optional<String> message) {}

    record Source(SourceStatus status, List<SourceDetail> consumers) {}

    record Sink(SinkStatus status, SinkDetail detail) {}

    /**
     * @param current empty while there is no valid one
     * @param nextCall when STS is asked next
     */
    record Session(
            String role,
            Optional<SessionHistory.Begun> current,
            Optional<Instant> nextCall,
            Optional<String> problem,
            List<SessionHistory.Begun> sessions,
            List<SessionHistory.Failures> failures) {}

    /** As the readiness probe answers. */
    boolean ready() {
        return checks.stream().allMatch(Check::up);
    }

    long deadLetters() {
        return letters.stream().mapToLong(RecentLetters.OfReason::count).sum();
    }
}
