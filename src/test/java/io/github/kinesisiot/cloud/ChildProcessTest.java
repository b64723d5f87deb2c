package io.github.kinesisiot.cloud;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.time.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

    @TempDir
    private Path directory;

    @Test
    void closingEndsTheProgramAndWhatHoldsIt() {
        ChildProcess child = start(Duration.ofSeconds(5), "echo up; exec sleep 600");
        child.awaitLine(Pattern.compile("up"), Patience.LONG);
        List<ProcessHandle> handles = child.handles();
        child.close();
        assertThat(handles).hasSizeGreaterThanOrEqualTo(3);
        // The one that watches the pipe is told to end last, and nobody waits for it.
        await().until(() -> handles.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void theExitCodeIsThePrograms() {
        try (ChildProcess child = start(Duration.ofSeconds(5), "exit 7")) {
            assertThat(child.awaitExit(Patience.LONG)).hasValue(7);
        }
    }

    // A bridge that hangs at its end must not hang the demo.
    @Test
    void aProgramThatIgnoresSigtermIsKilledAfterItsGrace() {
        ChildProcess child = start(Duration.ofMillis(300), "trap '' TERM; echo up; while :; do sleep 0.1; done");
        child.awaitLine(Pattern.compile("up"), Patience.LONG);
        child.close();
        assertThat(child.awaitExit(Duration.ZERO)).hasValue(137);
    }

    @Test
    void aProgramThatEndsTooSoonSaysItsLastWords() {
        try (ChildProcess child = start(Duration.ofSeconds(1), "echo 'Error: address in use'; exit 1")) {
            assertThatThrownBy(() -> child.awaitLine(Pattern.compile("up"), Patience.LONG))
                    .hasMessageContaining("ended with code 1")
                    .hasMessageContaining("Error: address in use");
        }
    }

    // Emulators left behind by a killed build hold ports and memory until the machine restarts.
    @Test
    void theProgramEndsWhenThisJvmIsKilled() throws IOException {
        Path log = directory.resolve("holder.log");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path", "")
                                + File.pathSeparator
                                + Workspace.target().resolve("test-classes"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Path child = directory.resolve("child.log");
        await().until(() -> Files.exists(child) && Files.readString(child).contains("up"));
        List<ProcessHandle> handles = jvm.descendants().toList();
        assertThat(handles).hasSizeGreaterThanOrEqualTo(3);
        jvm.destroyForcibly();
        await().until(() -> handles.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** A JVM that holds a child and waits to be killed. */
    static final class Holder {
        public static void main(String[] args) throws InterruptedException {
            Path directory = Path.of(args[0]);
            ChildProcess.start(
                            "child",
                            directory.resolve("child.log"),
                            directory,
                            Map.of(),
                            Duration.ofSeconds(60),
                            List.of("/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"))
                    .awaitExit(Duration.ofMinutes(5));
        }
    }

    private ChildProcess start(Duration grace, String script) {
        return ChildProcess.start(
                "test", directory.resolve("test.log"), directory, Map.of(), grace, List.of("/bin/sh", "-c", script));
    }
}
