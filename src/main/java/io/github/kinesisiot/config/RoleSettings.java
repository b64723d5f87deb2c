package io.github.kinesisiot.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What sts:AssumeRole is asked for. The external id is not a secret to AWS, but nobody's business either: {@link #toString()} leaves it out. */
public record RoleSettings(
        String arn,
        String sessionName,
        Duration sessionDuration,
        Optional<String> externalId,
        Optional<String> sourceIdentity,
        Optional<SessionTags> tags,
        Optional<String> policy,
        List<String> policyArns) {

    /** The account that owns the role. */
    public String account() {
        return arn.split(":")[4];
    }

    @Override
    public String toString() {
        return arn + " as " + sessionName + " for " + sessionDuration.toSeconds() + " s";
    }
}
