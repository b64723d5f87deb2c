package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kinesisiot.config.Limits;
import io.github.kinesisiot.kinesis.RecordHeaders;
import io.github.kinesisiot.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class RecordLimitsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    private final VirtualTime time = new VirtualTime(NOW);
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    // max-attempts=3 means three tries, not two and not four.
    @Test
    void theTryAfterTheLastAllowedOneIsRefusedWithTheLastFailure() {
        var limits = new RecordLimits(new Limits(Optional.of(3), Optional.empty()), time);
        var failure = new IllegalStateException("no such device");
        exchange.setProperty(RecordHeaders.LAST_FAILURE, failure);
        exchange.getMessage().setHeader(RecordHeaders.ATTEMPT, 3);
        assertThatCode(() -> limits.process(exchange)).doesNotThrowAnyException();

        exchange.getMessage().setHeader(RecordHeaders.ATTEMPT, 4);
        var refusal = catchThrowableOfType(RecordGivenUpException.class, () -> limits.process(exchange));
        assertThat(refusal.reasonCode()).isEqualTo("MAX_ATTEMPTS");
        assertThat(refusal).hasNoCause().hasMessageContaining("no such device");
        assertThat(refusal.lastFailure()).isSameAs(failure);
    }

    // A record just as old as the limit is still published; one older is not.
    @Test
    void aRecordOlderThanTheLimitIsRefused() {
        var limits = new RecordLimits(new Limits(Optional.empty(), Optional.of(Duration.ofHours(1))), time);
        exchange.getMessage().setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, NOW.minus(Duration.ofHours(1)));
        assertThatCode(() -> limits.process(exchange)).doesNotThrowAnyException();

        time.advance(Duration.ofSeconds(1));
        var refusal = catchThrowableOfType(RecordGivenUpException.class, () -> limits.process(exchange));
        assertThat(refusal.reasonCode()).isEqualTo("MAX_RECORD_AGE");
    }

    // The default is patience: nothing is given up unless somebody asked for it.
    @Test
    void withoutLimitsNothingIsRefused() {
        var limits = new RecordLimits(new Limits(Optional.empty(), Optional.empty()), time);
        exchange.getMessage().setHeader(RecordHeaders.ATTEMPT, 1_000_000);
        exchange.getMessage().setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, Instant.EPOCH);
        assertThatCode(() -> limits.process(exchange)).doesNotThrowAnyException();
    }
}
