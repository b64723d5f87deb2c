package io.github.kinesisiot;

import io.github.kinesisiot.config.Limits;
import io.github.kinesisiot.kinesis.RecordHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;

/**
 * The route's first step: refuses a record that has been tried {@code max-attempts} times or is older than {@code max-record-age}, which sends
 * it to the dead letter. Always per record, never per batch. Thread-safe.
 */
public final class RecordLimits implements Processor {

    private final Limits limits;
    private final Clock clock;

    public RecordLimits(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) throws RecordGivenUpException {
        var lastFailure = exchange.getProperty(RecordHeaders.LAST_FAILURE, Throwable.class);
        int attempt = exchange.getMessage().getHeader(RecordHeaders.ATTEMPT, 1, Integer.class);
        int maxAttempts = limits.maxAttempts().orElse(Integer.MAX_VALUE);
        if (attempt > maxAttempts) {
            throw new RecordGivenUpException(
                    "MAX_ATTEMPTS",
                    "tried " + maxAttempts + " times (max-attempts)" + because(lastFailure),
                    lastFailure);
        }
        Instant arrival = exchange.getMessage().getHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, Instant.class);
        if (arrival != null && limits.maxRecordAge().isPresent()) {
            Duration maxAge = limits.maxRecordAge().get();
            if (arrival.isBefore(clock.instant().minus(maxAge))) {
                throw new RecordGivenUpException(
                        "MAX_RECORD_AGE",
                        "arrived at " + arrival + ", older than " + maxAge.toSeconds() + " s (max-record-age)"
                                + because(lastFailure),
                        lastFailure);
            }
        }
    }

    private static String because(Throwable lastFailure) {
        return lastFailure == null ? "" : "; last failure: " + lastFailure.getMessage();
    }
}
