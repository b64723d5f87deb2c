package io.github.kinesisiot.cloud;

import java.time.Instant;
import java.util.Map;

/**
 * One request STS has answered.
 *
 * @param action e.g. {@code AssumeRole}
 * @param callerArn who signed it; empty when that could not be told, or when nobody did
 * @param callerKey the access key id that it was signed with; empty as {@code callerArn} is
 * @param parameters as sent, e.g. {@code RoleSessionName}; without the token of a web identity
 * @param outcome {@code OK} or the error code
 */
public record StsCall(
        Instant at,
        String action,
        String callerArn,
        String callerKey,
        Map<String, String> parameters,
        String outcome) {}
