package io.github.kinesisiot.cloud;

import java.time.Instant;

/**
 * An upgrade the IoT endpoint has refused.
 *
 * @param reason what the client is not told: an error code such as {@code SignatureDoesNotMatch} or {@code ExpiredToken}
 */
public record GateRefusal(Instant at, String reason, String detail) {}
