package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallBudgetTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final CallBudget budget = new CallBudget();

    // Whoever spends as fast as allowed, from a full budget, is the worst case: that is what the limit has to hold for.
    @Test
    void neverMoreThanFiftyTwoCallsInAnyHour() {
        int spent = 0;
        Instant now = START;
        while (now.isBefore(START.plus(Duration.ofHours(1)))) {
            if (budget.until(1, now).isZero()) {
                budget.spend(now);
                spent++;
            }
            now = now.plusSeconds(1);
        }
        assertThat(spent).isBetween(51, 52);
    }

    // A budget that does not fill again leaves the second outage of a day without quick tries.
    @Test
    void itFillsAgainByOneEachTwoMinutes() {
        for (int i = 0; i < CallBudget.CAPACITY; i++) {
            assertThat(budget.left(START)).isEqualTo(CallBudget.CAPACITY - i);
            budget.spend(START);
        }
        assertThat(budget.left(START)).isZero();
        assertThat(budget.until(1, START)).isEqualTo(Duration.ofMinutes(2));
        assertThat(budget.until(5, START)).isEqualTo(Duration.ofMinutes(10));
        assertThat(budget.left(START.plus(Duration.ofMinutes(7)))).isEqualTo(3);
        assertThat(budget.left(START.plus(Duration.ofHours(9)))).isEqualTo(CallBudget.CAPACITY);
    }

    // A clock set back by a day must not silence the bridge for a day.
    @Test
    void aClockThatIsSetBackCostsNoMoreThanAnEmptyBudget() {
        budget.spend(START);
        Instant dayBefore = START.minus(Duration.ofDays(1));
        assertThat(budget.until(1, dayBefore)).isLessThanOrEqualTo(Duration.ofMinutes(4));
    }
}
