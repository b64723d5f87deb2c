package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bridge verify} on machines that lack this or that: the programs it looks for are stand-ins, the script is the real one. */
class VerifyIT {

    /** What the script itself is made of. */
    private static final List<String> TOOLS = List.of(
            "sh",
            "readlink",
            "dirname",
            "sed",
            "head",
            "tail",
            "tr",
            "date",
            "sort",
            "awk",
            "env",
            "cat",
            "rm",
            "mkdir",
            "touch");

    @TempDir
    Path machine;

    private Path programs;
    private Path calls;
    private int exitCode;
    private String said;

    @BeforeEach
    void aMachineThatHasEverything() throws Exception {
        programs = Files.createDirectory(machine.resolve("bin"));
        calls = Files.createFile(machine.resolve("calls"));
        for (String tool : TOOLS) {
            program(tool, "exec " + find(tool) + " \"$@\"");
        }
        program("javac", "echo javac 17.0.15");
        program("node", "echo v20.20.2");
        program("id", "echo 1000");
        program("mvn", "echo mvn \"$@\" >>" + calls);
        for (String name : List.of("npm", "mosquitto", "prometheus", "promtool", "chromium")) {
            program(name, "exit 0");
        }
    }

    // Told one after the other, each after minutes of tests, a missing program costs three runs.
    @Test
    void whatIsMissingAndMayNotBeInstalledIsToldAtOnceBeforeAnythingRuns() throws Exception {
        program("node", "echo v16.1.0");
        Files.delete(programs.resolve("promtool"));
        Files.delete(programs.resolve("chromium"));

        verify();

        assertThat(exitCode).isEqualTo(1);
        assertThat(said)
                .contains("Node.js 20 or newer, for the emulators (found: v16.1.0)")
                .contains("prometheus with its promtool")
                .contains("chromium, for the page")
                .contains("\nverify: sudo apt-get install --no-install-recommends nodejs prometheus chromium\n")
                .doesNotContain("Maven");
        assertThat(calls).isEmptyFile();
    }

    // A service that Debian starts at its installation takes the ports of nobody's choice.
    @Test
    void asRootItInstallsWhatIsMissingAndThenRunsMaven() throws Exception {
        Files.delete(programs.resolve("chromium"));
        program("id", "echo 0");
        program("apt-get", "echo $RUNLEVEL apt-get \"$@\" >>" + calls);

        verify();

        assertThat(exitCode).isZero();
        assertThat(Files.readAllLines(calls))
                .containsExactly(
                        "apt-get update -qq",
                        "1 apt-get install -qq -y --no-install-recommends chromium",
                        "mvn -B -ntp verify");
        assertThat(said).contains("s  mvn verify\n").endsWith("verify: all is well\n");
    }

    // The image's programs are found missing when all the tests have run.
    @Test
    void theLongRunLooksForTheProgramsOfTheImageFirst() throws Exception {
        verify("--all");

        assertThat(exitCode).isEqualTo(1);
        assertThat(said).contains("buildah, for the image").contains("mmdebstrap, for the image");
        assertThat(calls).isEmptyFile();
    }

    // A pipe through a filter would give the filter's exit code, and a red run would be green.
    @Test
    void aRunThatFailsSaysSoAndIsRed() throws Exception {
        program("mvn", "exit 1");

        verify();

        assertThat(exitCode).isEqualTo(1);
        assertThat(said).contains("The slowest classes").endsWith("verify: mvn verify has failed\n");
    }

    // An option with a slip in it would run the short form in the long one's place.
    @Test
    void anOptionItDoesNotKnowIsRefused() throws Exception {
        verify("--al");

        assertThat(exitCode).isEqualTo(2);
        assertThat(said).contains("./bridge verify [--all]");
        assertThat(calls).isEmptyFile();
    }

    private void verify(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "bridge", "verify");
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        Path output = machine.resolve("output");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        exitCode = process.exitValue();
        said = Files.readString(output, StandardCharsets.UTF_8);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Path find(String tool) {
        return List.of("/bin", "/usr/bin").stream()
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(tool + " is in neither /bin nor /usr/bin"));
    }
}
