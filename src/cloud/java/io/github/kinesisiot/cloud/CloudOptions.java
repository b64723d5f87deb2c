package io.github.kinesisiot.cloud;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What a local cloud is made of. Immutable; each method with a parameter returns a changed copy. */
public final class CloudOptions {
    /** The parts of the cloud; a test that needs fewer starts sooner. */
    public enum Part {
        KINESIS,
        /** With KINESIS: an emulator that does not slow down with what it stores, but knows no resharding, no fan-out and no stream ARNs. */
        MANY_RECORDS,
        DYNAMODB,
        STS,
        IOT
    }

    /** Where the bridge has its credentials in the source account from. All but the first are sessions of a role, with a token and an end. */
    public enum Source {
        /** The keys of a user, in the environment; they last for ever. */
        USER,
        /** An endpoint that hands out the session in force, with the authorization in the environment, as ECS has it. */
        CONTAINER,
        /** The same with the authorization in a file, as EKS Pod Identity has it. */
        POD_IDENTITY,
        /** A file with a token that STS takes for a session of the role; it is replaced before the token ends. */
        WEB_IDENTITY,
        /** One session in the environment; nobody replaces it. */
        STATIC_SESSION
    }

    private Set<Part> parts = EnumSet.complementOf(EnumSet.of(Part.MANY_RECORDS));
    private String stream = "readings";
    private int shards = 2;
    private Source source = Source.USER;
    private Duration sourceLifetime = Duration.ofHours(6);
    private Duration sessionLifetime = Duration.ofHours(1);
    private Duration maxSessionDuration = Duration.ofHours(12);
    private Optional<String> externalId = Optional.empty();
    private boolean tagSession = true;
    private boolean setSourceIdentity = true;
    private boolean closeOnExpiry = true;
    private Clock clock = Clock.systemUTC();

    private CloudOptions() {}

    private CloudOptions(CloudOptions other) {
        parts = other.parts;
        stream = other.stream;
        shards = other.shards;
        source = other.source;
        sourceLifetime = other.sourceLifetime;
        sessionLifetime = other.sessionLifetime;
        maxSessionDuration = other.maxSessionDuration;
        externalId = other.externalId;
        tagSession = other.tagSession;
        setSourceIdentity = other.setSourceIdentity;
        closeOnExpiry = other.closeOnExpiry;
        clock = other.clock;
    }

    /** Everything, a stream {@code readings} of two shards, sessions of an hour, connections closed when their session ends. */
    public static CloudOptions defaults() {
        return new CloudOptions();
    }

    private CloudOptions with(Consumer<CloudOptions> change) {
        CloudOptions copy = new CloudOptions(this);
        change.accept(copy);
        return copy;
    }

    public Set<Part> parts() {
        return Set.copyOf(parts);
    }

    public CloudOptions only(Part first, Part... others) {
        return with(copy -> copy.parts = EnumSet.of(first, others));
    }

    /** See {@link Part#MANY_RECORDS}. */
    public CloudOptions manyRecords() {
        Set<Part> more = EnumSet.copyOf(parts);
        more.add(Part.MANY_RECORDS);
        return with(copy -> copy.parts = more);
    }

    /** Created at start when there is a Kinesis. */
    public String stream() {
        return stream;
    }

    public int shards() {
        return shards;
    }

    public CloudOptions stream(String name, int shardCount) {
        return with(copy -> {
            copy.stream = name;
            copy.shards = shardCount;
        });
    }

    public CloudOptions shards(int count) {
        return stream(stream, count);
    }

    public Source source() {
        return source;
    }

    /** How long a session of the bridge's own role lasts, and a token of {@link Source#WEB_IDENTITY}. */
    public Duration sourceLifetime() {
        return sourceLifetime;
    }

    /** @param lifetime see {@link #sourceLifetime()}; keys that may be replaced are replaced when half of it has passed */
    public CloudOptions source(Source from, Duration lifetime) {
        return with(copy -> {
            copy.source = from;
            copy.sourceLifetime = lifetime;
        });
    }

    /** How long a session of the target's role really lasts. */
    public Duration sessionLifetime() {
        return sessionLifetime;
    }

    public CloudOptions sessionLifetime(Duration lifetime) {
        return with(copy -> copy.sessionLifetime = lifetime);
    }

    /** The target role's own limit for DurationSeconds. */
    public Duration maxSessionDuration() {
        return maxSessionDuration;
    }

    public CloudOptions maxSessionDuration(Duration maximum) {
        return with(copy -> copy.maxSessionDuration = maximum);
    }

    /** What the trust policy of the target's role demands, if anything. */
    public Optional<String> externalId() {
        return externalId;
    }

    public CloudOptions externalId(String id) {
        return with(copy -> copy.externalId = Optional.of(id));
    }

    /** Whether the trust policy allows sts:TagSession. */
    public boolean tagSession() {
        return tagSession;
    }

    public CloudOptions tagSession(boolean allowed) {
        return with(copy -> copy.tagSession = allowed);
    }

    /** Whether the trust policy allows sts:SetSourceIdentity. */
    public boolean setSourceIdentity() {
        return setSourceIdentity;
    }

    public CloudOptions setSourceIdentity(boolean allowed) {
        return with(copy -> copy.setSourceIdentity = allowed);
    }

    /** Whether the IoT endpoint closes a connection when its session expires; what AWS does is not documented. */
    public boolean closeOnExpiry() {
        return closeOnExpiry;
    }

    public CloudOptions closeOnExpiry(boolean close) {
        return with(copy -> copy.closeOnExpiry = close);
    }

    public Clock clock() {
        return clock;
    }

    public CloudOptions clock(Clock other) {
        return with(copy -> copy.clock = other);
    }
}
