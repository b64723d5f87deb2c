package io.github.kinesisiot.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayedTest {

    @TempDir
    Path directory;

    private Path letters;

    @BeforeEach
    void name() {
        letters = directory.resolve("2026-11-22.jsonl");
    }

    // Marks that are forgotten double what was published.
    @Test
    void whatIsMarkedIsKnownToTheNextReplay() throws Exception {
        try (var marks = Replayed.open(letters)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int n = 0; n < 500; n++) {
                all.add(marks.add(new RecordId("readings shard " + n + " 0")));
            }
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(10, TimeUnit.SECONDS);
        }
        try (var marks = Replayed.open(letters)) {
            assertThat(marks.contains(new RecordId("readings shard 499 0"))).isTrue();
            assertThat(marks.contains(new RecordId("readings shard 500 0"))).isFalse();
        }
        assertThat(Replayed.read(letters)).hasSize(500);
    }

    // Half a mark of a replay that was killed could be the whole mark of another record.
    @Test
    void aMarkThatWasCutShortDoesNotCountAndSpoilsNoOther() throws Exception {
        Path file = Replayed.beside(letters);
        Files.writeString(file, "readings shard 1 0\nreadings shard 2");
        try (var marks = Replayed.open(letters)) {
            assertThat(marks.contains(new RecordId("readings shard 2"))).isFalse();
            marks.add(new RecordId("readings shard 3 0")).get(10, TimeUnit.SECONDS);
        }
        assertThat(Replayed.read(letters))
                .contains(new RecordId("readings shard 1 0"), new RecordId("readings shard 3 0"));
        Files.writeString(file, "", StandardOpenOption.APPEND);
    }

    // Two at once publish everything twice.
    @Test
    void aSecondReplayOfTheSameFileIsRefused() throws Exception {
        try (var first = Replayed.open(letters)) {
            assertThat(first.contains(new RecordId("x"))).isFalse();
            assertThatThrownBy(() -> Replayed.open(letters))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another replay");
        }
    }
}
