package io.github.kinesisiot.config;

import java.time.Duration;
import java.util.ArrayList;
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

    /**
     * Of one more role, each value under the rules of the first role's key.
     *
     * @param name of the role, for the problems
     * @param externalId blank for none
     * @throws SettingsException with every problem found
     */
    public static RoleSettings further(
            String name, String arn, String sessionName, String sessionDuration, String externalId)
            throws SettingsException {
        List<Problem> problems = new ArrayList<>();
        var role = new Further(name, problems);
        role.check(Check::furtherRole, "name", name);
        role.check(Key.ROLE_ARN::check, "arn", arn);
        role.check(Key.ROLE_SESSION_NAME::check, "sessionName", sessionName);
        role.check(Key.ROLE_SESSION_DURATION::check, "sessionDuration", sessionDuration);
        boolean hasExternalId = externalId != null && !externalId.isBlank();
        if (hasExternalId) {
            role.check(Key.ROLE_EXTERNAL_ID::check, "externalId", externalId);
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new RoleSettings(
                arn,
                sessionName,
                DurationRange.parse(sessionDuration),
                hasExternalId ? Optional.of(externalId) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private record Further(String role, List<Problem> problems) {
        void check(Check rule, String property, String value) {
            String given = value == null ? "" : value;
            try {
                rule.check(given);
            } catch (IllegalArgumentException e) {
                // Its shape only: an external id is nobody's business.
                String wrong = given.isBlank()
                        ? "it is required and not set"
                        : "cannot use a value of " + given.length() + " characters";
                problems.add(new Problem(property, "bean of role '" + role + "'", wrong, e.getMessage()));
            }
        }
    }

    /** The account that owns the role. */
    public String account() {
        return arn.split(":")[4];
    }

    @Override
    public String toString() {
        return arn + " as " + sessionName + " for " + sessionDuration.toSeconds() + " s";
    }
}
