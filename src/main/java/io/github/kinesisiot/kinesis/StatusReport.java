package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.ReasonCoded;
import io.github.kinesisiot.kinesis.SourceDetail.ShardDetail;
import io.github.kinesisiot.kinesis.SourceStatus.BlockedShard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes a {@link SourceStatus} of what the parts of one consumer know. */
final class StatusReport {

    /** A record that has failed for this long blocks its shard. */
    private static final Duration BLOCKED_AFTER = Duration.ofSeconds(30);

    /** KCL reads each shard several times a second, or hears of it every few seconds: silence for this long means it does not. */
    private static final Duration UNREAD_AFTER = Duration.ofMinutes(1);

    private StatusReport() {}

    /** @param started whether KCL is past its start */
    static SourceStatus of(Window window, boolean started, Problems problems) {
        return window.look(view -> new SourceStatus(
                started && view.shards().stream().allMatch(shard -> delivers(shard, view.now())),
                view.shards().size(),
                blocked(view),
                problems.latest()));
    }

    static List<ShardDetail> shards(Window window) {
        return window.look(view ->
                view.shards().stream().map(shard -> detail(shard, view.now())).toList());
    }

    private static ShardDetail detail(Shard shard, Instant now) {
        Optional<HeldRecord> oldest = shard.oldest();
        return new ShardDetail(
                shard.id,
                shard.behindLatest(now).map(Duration::toMillis),
                shard.blocked,
                shard.held,
                shard.inFlight,
                shard.read,
                shard.settled,
                shard.lastReadAt,
                oldest.map(record -> record.acceptedAt),
                Optional.ofNullable(shard.checkpointed).map(Position::toString),
                shard.checkpointedAt,
                oldest.filter(HeldRecord::failing)
                        .map(record -> new SourceDetail.Failing(
                                record.position.toString(),
                                reason(record.lastFailure),
                                record.attempt,
                                record.firstAttemptAt)));
    }

    static List<BlockedShard> blocked(Window.View view) {
        return view.shards().stream()
                .flatMap(shard -> blocked(shard, view.now()).stream())
                .toList();
    }

    static SourceStatus merged(List<SourceStatus> parts) {
        return new SourceStatus(
                !parts.isEmpty() && parts.stream().allMatch(SourceStatus::reading),
                parts.stream().mapToInt(SourceStatus::leasesHeld).sum(),
                parts.stream().flatMap(part -> part.blocked().stream()).toList(),
                parts.stream().flatMap(part -> part.lastProblem().stream()).findFirst());
    }

    private static boolean delivers(Shard shard, Instant now) {
        return shard.held > 0 || shard.lastReadAt.plus(UNREAD_AFTER).isAfter(now);
    }

    private static Optional<BlockedShard> blocked(Shard shard, Instant now) {
        return shard.oldest()
                .filter(HeldRecord::failing)
                .filter(record -> record.firstAttemptAt.plus(BLOCKED_AFTER).isBefore(now))
                .map(record -> new BlockedShard(
                        shard.id,
                        record.position.toString(),
                        reason(record.lastFailure),
                        record.attempt,
                        record.firstAttemptAt));
    }

    static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ReasonCoded coded) {
                return coded.reasonCode();
            }
        }
        return failure.getClass().getSimpleName();
    }
}
