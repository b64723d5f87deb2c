package io.github.kinesisiot.config;

import java.time.Duration;
import java.util.Optional;

/** How long a record is tried before it goes to the dead letter; empty means for ever. */
public record Limits(Optional<Integer> maxAttempts, Optional<Duration> maxRecordAge) {}
