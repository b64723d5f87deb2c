package io.github.kinesisiot.iot;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Full jitter: any pause up to a limit that doubles from one second with each failure. Not thread-safe. */
final class Backoff {

    private static final long FIRST_LIMIT = Duration.ofSeconds(1).toMillis();

    private final long maximum;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration maximum, RandomGenerator random) {
        this.maximum = Math.max(1, maximum.toMillis());
        this.random = random;
    }

    /** The pause after one more failure, in milliseconds. */
    long next() {
        long limit = failures >= 30 ? maximum : Math.min(maximum, FIRST_LIMIT << failures);
        failures++;
        return random.nextLong(limit + 1);
    }

    void reset() {
        failures = 0;
    }
}
