package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.util.Optional;

/**
 * What the target account's role asks of whoever assumes it.
 *
 * @param externalId what the trust policy demands, if anything
 * @param maxSessionDuration the longest DurationSeconds it allows
 * @param sessionLifetime how long a session really lasts, whatever was asked for: seconds, so that renewals can be watched
 */
record RoleTrust(Optional<String> externalId, Duration maxSessionDuration, Duration sessionLifetime) {}
