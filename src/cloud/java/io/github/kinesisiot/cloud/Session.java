package io.github.kinesisiot.cloud;

import java.time.Instant;

/**
 * A session that STS has issued, without its secrets.
 *
 * @param number 1 for the first session of its side, source or target, counting up
 */
public record Session(long number, String assumedRoleArn, String accessKeyId, Instant issuedAt, Instant expiresAt) {}
