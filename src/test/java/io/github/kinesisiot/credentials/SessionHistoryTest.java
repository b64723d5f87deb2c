package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.credentials.SessionHistory.Failures;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionHistoryTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final SessionHistory history = new SessionHistory();

    // An STS that is away for a night is one line on the page, not a thousand.
    @Test
    void triesInARowThatFailForOneReasonAreOneEntry() {
        history.failed(StsTrouble.UNREACHABLE, NOON);
        history.failed(StsTrouble.UNREACHABLE, NOON.plusSeconds(5));
        history.failed(StsTrouble.THROTTLED, NOON.plusSeconds(9));

        assertThat(history.failures())
                .containsExactly(
                        new Failures("UNREACHABLE", NOON, NOON.plusSeconds(5), 2),
                        new Failures("THROTTLED", NOON.plusSeconds(9), NOON.plusSeconds(9), 1));
    }

    // Two outages with a good session between them are two.
    @Test
    void aSessionBetweenTwoFailuresKeepsThemApart() {
        history.failed(StsTrouble.UNREACHABLE, NOON);
        history.begun(session(1, NOON.plusSeconds(10)));
        history.failed(StsTrouble.UNREACHABLE, NOON.plusSeconds(60));

        assertThat(history.failures()).hasSize(2);
    }

    // A year of sessions must not stay in memory, nor their credentials.
    @Test
    void onlyTheLastTwentyAreKept() {
        for (int n = 1; n <= 50; n++) {
            history.begun(session(n, NOON.plusSeconds(n)));
        }
        assertThat(history.sessions()).hasSize(20);
        assertThat(history.sessions().get(0).number()).isEqualTo(31);
        assertThat(history.sessions().get(19).expiresAt()).isEqualTo(NOON.plusSeconds(50 + 3600));
    }

    private static AssumedSession session(long number, Instant at) {
        return new AssumedSession(number, null, at, at.plusSeconds(3600), "arn");
    }
}
