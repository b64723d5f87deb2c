package io.github.kinesisiot.cloud;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a local cloud is made of. Immutable; each method returns a changed copy.
 *
 * @param stream created at start when there is a Kinesis
 * @param sessionLifetime how long a session of the role really lasts
 * @param maxSessionDuration the role's own limit for DurationSeconds
 * @param closeOnExpiry whether the IoT endpoint closes a connection when its session expires; what AWS does is not documented
 */
public record CloudOptions(
        Set<Part> parts,
        String stream,
        int shards,
        Duration sessionLifetime,
        Duration maxSessionDuration,
        Optional<String> externalId,
        boolean closeOnExpiry,
        Clock clock) {

    /** The parts of the cloud; a test that needs fewer starts sooner. */
    public enum Part {
        KINESIS,
        /** With KINESIS: an emulator that does not slow down with what it stores, but knows no resharding, no fan-out and no stream ARNs. */
        MANY_RECORDS,
        DYNAMODB,
        STS,
        IOT
    }

    public CloudOptions {
        parts = Set.copyOf(parts);
    }

    /** Everything, a stream {@code readings} of two shards, sessions of an hour, connections closed when their session ends. */
    public static CloudOptions defaults() {
        return new CloudOptions(
                EnumSet.complementOf(EnumSet.of(Part.MANY_RECORDS)),
                "readings",
                2,
                Duration.ofHours(1),
                Duration.ofHours(12),
                Optional.empty(),
                true,
                Clock.systemUTC());
    }

    public CloudOptions only(Part first, Part... others) {
        return new CloudOptions(
                EnumSet.of(first, others),
                stream,
                shards,
                sessionLifetime,
                maxSessionDuration,
                externalId,
                closeOnExpiry,
                clock);
    }

    /** See {@link Part#MANY_RECORDS}. */
    public CloudOptions manyRecords() {
        return and(Part.MANY_RECORDS);
    }

    private CloudOptions and(Part part) {
        Set<Part> more = EnumSet.copyOf(parts);
        more.add(part);
        return new CloudOptions(
                more, stream, shards, sessionLifetime, maxSessionDuration, externalId, closeOnExpiry, clock);
    }

    public CloudOptions stream(String name, int shardCount) {
        return new CloudOptions(
                parts, name, shardCount, sessionLifetime, maxSessionDuration, externalId, closeOnExpiry, clock);
    }

    public CloudOptions shards(int count) {
        return stream(stream, count);
    }

    public CloudOptions sessionLifetime(Duration lifetime) {
        return new CloudOptions(parts, stream, shards, lifetime, maxSessionDuration, externalId, closeOnExpiry, clock);
    }

    public CloudOptions maxSessionDuration(Duration maximum) {
        return new CloudOptions(parts, stream, shards, sessionLifetime, maximum, externalId, closeOnExpiry, clock);
    }

    public CloudOptions externalId(String id) {
        return new CloudOptions(
                parts, stream, shards, sessionLifetime, maxSessionDuration, Optional.of(id), closeOnExpiry, clock);
    }

    public CloudOptions closeOnExpiry(boolean close) {
        return new CloudOptions(parts, stream, shards, sessionLifetime, maxSessionDuration, externalId, close, clock);
    }

    public CloudOptions clock(Clock other) {
        return new CloudOptions(
                parts, stream, shards, sessionLifetime, maxSessionDuration, externalId, closeOnExpiry, other);
    }
}
