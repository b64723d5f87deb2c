package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.util.function.LongUnaryOperator;

/**
 * Exponential back-off with full jitter: the n-th wait is evenly spread between nothing and {@code first} doubled n-1 times, at most
 * {@code longest}, so that many records that failed together do not come back together.
 *
 * <p>Stateless, hence free to share between threads if {@code randomBelow} is.
 *
 * @param randomBelow answers a number from 0 (inclusive) to its argument (exclusive)
 */
record Backoff(Duration first, Duration longest, LongUnaryOperator randomBelow) {

    Duration delayAfter(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 62);
        long most = longest.toMillis();
        long ceiling = first.toMillis() > most >> doublings ? most : first.toMillis() << doublings;
        return Duration.ofMillis(randomBelow.applyAsLong(ceiling + 1));
    }
}
