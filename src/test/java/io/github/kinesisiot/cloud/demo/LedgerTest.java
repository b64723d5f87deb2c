package io.github.kinesisiot.cloud.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The demo's verdict is worth as much as its book-keeping. */
class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void allReceivedOnceAndInOrderIsEqual() {
        put("a", 2);
        put("b", 1);
        receive("b", 1);
        receive("a", 1);
        receive("a", 2);
        assertThat(ledger.account()).isEqualTo(new Ledger.Account(2, 3, 3, 0, 0, 0, 0));
        assertThat(ledger.account().equal()).isTrue();
    }

    @Test
    void aRecordThatDidNotArriveIsMissing() {
        put("a", 2);
        receive("a", 1);
        assertThat(ledger.account().missing()).isEqualTo(1);
        assertThat(ledger.account().equal()).isFalse();
    }

    @Test
    void aRepeatedMessageIsDoubledAndNotOutOfOrder() {
        put("a", 2);
        receive("a", 1);
        receive("a", 2);
        receive("a", 1);
        assertThat(ledger.account().doubled()).isEqualTo(1);
        assertThat(ledger.account().outOfOrder()).isZero();
        assertThat(ledger.account().equal()).isFalse();
    }

    @Test
    void anOvertakenRecordIsOutOfOrder() {
        put("a", 2);
        receive("a", 2);
        receive("a", 1);
        assertThat(ledger.account().outOfOrder()).isEqualTo(1);
        assertThat(ledger.account().equal()).isFalse();
    }

    // A message can overtake the answer of its own PutRecords: it counts as soon as the answer is there.
    @Test
    void aMessageBeforeItsPutIsAnsweredIsNotForeign() {
        receive("a", 1);
        assertThat(ledger.account().foreign()).isEqualTo(1);
        put("a", 1);
        assertThat(ledger.account().equal()).isTrue();
    }

    @Test
    void aMessageOfNobodysIsForeign() {
        ledger.received("{}");
        assertThat(ledger.account().foreign()).isEqualTo(1);
    }

    private void put(String device, int count) {
        for (int i = 0; i < count; i++) {
            ledger.put(device);
        }
    }

    private void receive(String device, int number) {
        ledger.received(new Reading(device, 7, "1.0", "2.0", false).json(number));
    }
}
