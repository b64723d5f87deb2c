package io.github.kinesisiot.cloud;

/**
 * A request that an emulator's front has seen.
 *
 * @param operation e.g. {@code GetRecords}, or {@code PUT /bucket/key}
 * @param callerArn whose access key it was signed with; empty when nobody knows that key
 * @param session of the target's role: 1 for the first one, counting up; 0 for the source account's own user
 */
public record ServiceCall(String operation, String callerArn, long session) {}
