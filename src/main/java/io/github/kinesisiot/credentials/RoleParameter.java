package io.github.kinesisiot.credentials;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The parameters of AssumeRole that come from settings, with how STS speaks of each when it does not take its value. */
public enum RoleParameter {
    ARN("external.role.arn", "at 'roleArn|Request ARN is invalid|:role/\\S+ is invalid"),
    SESSION_NAME("external.role.session-name", "at 'roleSessionName"),
    DURATION("external.role.session-duration", "at 'durationSeconds|DurationSeconds"),
    EXTERNAL_ID("external.role.external-id", "at 'externalId"),
    SOURCE_IDENTITY("external.role.source-identity", "at 'sourceIdentity|[Ss]ource ?[Ii]dentity"),
    TAGS("external.role.tags", "at 'tags|at 'transitiveTagKeys|[Tt]ag key|[Ss]ession tag"),
    POLICY("external.role.policy", "at 'policy'|[Pp]olicy document|This policy"),
    POLICY_ARNS("external.role.policy-arns", "at 'policyArns|ARN \\S+ is not valid");

    private final String property;
    private final Pattern said;

    RoleParameter(String property, String said) {
        this.property = property;
        this.said = Pattern.compile(said);
    }

    /** The settings that a sentence of STS is about; all that it can be about where it names none. */
    public static List<String> settings(String sentence) {
        List<String> named = Arrays.stream(values())
                .filter(parameter -> parameter.said.matcher(sentence).find())
                .map(parameter -> parameter.property)
                .toList();
        return named.isEmpty()
                ? Arrays.stream(values()).map(parameter -> parameter.property).toList()
                : named;
    }
}
