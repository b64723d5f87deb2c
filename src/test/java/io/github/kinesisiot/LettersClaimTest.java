package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.deadletter.DeadLetterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LettersClaimTest {

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private DeadLetterStore old;
    private DeadLetterStore fresh;

    @BeforeEach
    void theOldOneHasTheDirectory() throws Exception {
        old = new DeadLetterStore(directory, Clock.systemUTC(), "readings-iot-bridge: process 7 on host-1");
        fresh = new DeadLetterStore(directory, Clock.systemUTC(), "the new one");
        assertThat(old.claim()).isEmpty();
    }

    // A rollout that starts the new one first must not end in two bridges less.
    @Test
    void aDirectoryThatAnotherHasIsTakenAsSoonAsThatHasEnded() throws Exception {
        new LettersClaim(nanos::get, pause -> {
                    if (nanos.addAndGet(pause.toNanos())
                            > Duration.ofSeconds(30).toNanos()) {
                        close(old);
                    }
                    return true;
                })
                .of(fresh);
        assertThat(Duration.ofNanos(nanos.get())).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(33));
        assertThat(old.claim()).contains("the new one");
    }

    // Waiting for ever is a bridge that is started and does nothing.
    @Test
    void afterAMinuteItGivesUpAndNamesDirectoryHolderAndFix() {
        assertThatThrownBy(() -> new LettersClaim(nanos::get, pause -> {
                            nanos.addAndGet(pause.toNanos());
                            return true;
                        })
                        .of(fresh))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("process 7 on host-1")
                .hasMessageContaining("DEAD_LETTER_DIRECTORY");
        assertThat(Duration.ofNanos(nanos.get())).isEqualTo(LettersClaim.PATIENCE);
    }

    // Else a stop takes as long as the wait, and the platform kills.
    @Test
    void whoeverIsToldToEndDoesNotWaitAndDoesNotStart() {
        assertThatThrownBy(() -> new LettersClaim(nanos::get, pause -> false).of(fresh))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("told to end");
        assertThat(nanos).hasValue(0);
    }

    private static void close(DeadLetterStore store) {
        try {
            store.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
