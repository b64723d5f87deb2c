package io.github.kinesisiot.cloud;

import java.time.Instant;

/** A session that STS has issued, without its secrets. */
public record Session(long number, String assumedRoleArn, Instant issuedAt, Instant expiresAt) {}
