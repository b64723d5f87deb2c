package io.github.kinesisiot.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.deadletter.DeadLetter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @TempDir
    Path directory;

    private String file;

    @BeforeEach
    void aFile() throws Exception {
        file = Files.createFile(directory.resolve("2026-11-22.jsonl")).toString();
    }

    // Off by one, the letter that began the trouble is left behind; reversed, all that were replayed go again.
    @ParameterizedTest
    @CsvSource({
        "2026-11-22T09:59:59.999999999Z, false",
        "2026-11-22T10:00:00Z, true",
        "2026-11-23T00:00:00Z, true",
        "1970-01-01T00:00:00Z, false"
    })
    void sinceSelectsWhatWasStoredThenOrLater(Instant storedAt, boolean selected) {
        var options = Options.parse(List.of("--since", "2026-11-22T10:00:00Z", file));
        assertThat(options.selects(letter(storedAt))).isEqualTo(selected);
    }

    // A letter written by hand may lack the time: of what is unknown nobody asked for.
    @Test
    void sinceLeavesOutALetterWithoutATime() {
        assertThat(Options.parse(List.of("--since", "2026-11-22T10:00:00Z", file))
                        .selects(letter(null)))
                .isFalse();
        assertThat(Options.parse(List.of(file)).selects(letter(null))).isTrue();
    }

    // All that are named have to hold, not one of them.
    @Test
    void sinceNarrowsWhatReasonAndKeySelect() {
        var options = Options.parse(
                List.of("--since", "2026-11-22T10:00:00Z", "--reason", "TOPIC_INVALID", "--key", "another", file));
        assertThat(options.selects(letter(Instant.parse("2026-11-22T11:00:00Z"))))
                .isFalse();
    }

    // Taken for a file, or for midnight, a date without a time would replay what was not meant.
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-22", "yesterday", "2026-11-22T10:00:00", ""})
    void sinceThatIsNoInstantIsRefused(String value) {
        assertThatThrownBy(() -> Options.parse(List.of("--since", value, file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--since: '" + value + "'");
    }

    private static DeadLetter letter(Instant storedAt) {
        return new DeadLetter(
                storedAt,
                "TOPIC_INVALID",
                "x",
                "device-7",
                "1",
                0,
                "readings",
                "shardId-0",
                null,
                null,
                1,
                null,
                "bridge",
                "kinesis-to-iot",
                Map.of(),
                new byte[0]);
    }
}
