package io.github.kinesisiot.cloud;

import java.time.Instant;
import java.util.Map;

/**
 * One request STS has answered.
 *
 * @param action e.g. {@code AssumeRole}
 * @param callerArn who signed it; empty when that could not be told
 * @param parameters as sent, e.g. {@code RoleSessionName}
 * @param outcome {@code OK} or the error code
 */
public record StsCall(Instant at, String action, String callerArn, Map<String, String> parameters, String outcome) {}
