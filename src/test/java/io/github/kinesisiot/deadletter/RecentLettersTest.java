package io.github.kinesisiot.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentLettersTest {

    private final RecentLetters letters = new RecentLetters();

    // Somebody who looks wants the number, and one to look at: the newest.
    @Test
    void eachReasonIsCountedAndItsLastFivePlacesAreKeptTheNewestFirst() {
        for (int n = 1; n <= 7; n++) {
            letters.add(letter("TOO_LARGE", n));
        }
        letters.add(letter("TOPIC_INVALID", 8));

        assertThat(letters.reasons()).extracting(RecentLetters.OfReason::count).containsExactly(7L, 1L);
        assertThat(letters.reasons().get(0).last())
                .extracting(RecentLetters.Place::sequenceNumber)
                .containsExactly("7", "6", "5", "4", "3");
    }

    // A step of a user's route that puts a number into its exception's name would fill the memory.
    @Test
    void reasonsAreBoundedAndNoneIsLost() {
        for (int n = 0; n < 200; n++) {
            letters.add(letter("REASON_" + n, n));
        }
        assertThat(letters.reasons()).hasSize(RecentLetters.MOST_REASONS + 1);
        assertThat(letters.reasons()).last().satisfies(rest -> {
            assertThat(rest.reason()).isEqualTo("OTHER");
            assertThat(rest.count()).isEqualTo(200 - RecentLetters.MOST_REASONS);
            assertThat(rest.last()).hasSize(RecentLetters.LAST);
        });
    }

    private static DeadLetter letter(String reason, int sequence) {
        return new DeadLetter(
                Instant.EPOCH.plusSeconds(sequence),
                reason,
                "message",
                "key",
                Integer.toString(sequence),
                0,
                "stream",
                "shardId-0",
                Instant.EPOCH,
                "topic",
                1,
                Instant.EPOCH,
                "bridge",
                "route",
                Map.of(),
                new byte[0]);
    }
}
