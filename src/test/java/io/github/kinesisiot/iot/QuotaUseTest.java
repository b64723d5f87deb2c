package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** How much of the quotas is used, in virtual time. */
class QuotaUseTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Offset<Double> ROUNDING = within(0.001);

    // A share that is not forgotten after a second alarms for ever; one that ignores the pace says nothing.
    @Test
    void theShareOfTheRateIsThatOfTheLastSecond() {
        RateLimit rate = new RateLimit(100, 10_000);
        assertThat(rate.publishes(0).ratio()).isZero();
        for (int i = 0; i < 150; i++) {
            rate.record(i * SECOND / 50, 40);
            rate.answered(i * SECOND / 50, i * SECOND / 50);
        }
        long now = 149 * SECOND / 50;
        assertThat(rate.publishes(now).ratio()).isEqualTo(0.5, within(0.02));
        assertThat(rate.bytes(now).ratio()).isEqualTo(0.2, within(0.02));
        assertThat(rate.publishes(now + SECOND / 2).ratio()).isEqualTo(0.25, within(0.02));
        assertThat(rate.publishes(now + 2 * SECOND).ratio()).isZero();
        assertThat(rate.bytes(now + 2 * SECOND).ratio()).isZero();
    }

    // At half of its rate a connection that the broker has slowed down is full.
    @Test
    void afterAComplaintTheShareIsThatOfWhatIsAllowed() {
        RateLimit rate = new RateLimit(100, 0);
        rate.complaint(0);
        for (int i = 0; i < 50; i++) {
            rate.record(SECOND + i * SECOND / 50, 10);
        }
        assertThat(rate.publishes(2 * SECOND - 1).ratio()).isEqualTo(1, ROUNDING);
    }

    // Without a limit nothing is ever used up.
    @Test
    void withoutALimitTheShareIsNone() {
        RateLimit rate = new RateLimit(0, 0);
        rate.record(0, 1000);
        assertThat(rate.publishes(0).ratio()).isZero();
        assertThat(rate.bytes(0).ratio()).isZero();
    }

    // An average hides the one connection that holds records up.
    @Test
    void allConnectionsTogetherAndTheFullestOneAreToldApart() {
        QuotaUse idle = use(0, 10);
        QuotaUse full = use(100, 90);
        assertThat(idle.and(full).publishes().ratio()).isEqualTo(0.5, ROUNDING);
        assertThat(idle.orFuller(full).publishes().ratio()).isEqualTo(1, ROUNDING);
        assertThat(full.orFuller(idle).inFlight().ratio()).isEqualTo(0.9, ROUNDING);
    }

    private static QuotaUse use(int publishes, int inFlight) {
        return new QuotaUse(new QuotaUse.Share(publishes, 100), QuotaUse.Share.NONE, new QuotaUse.Share(inFlight, 100));
    }
}
