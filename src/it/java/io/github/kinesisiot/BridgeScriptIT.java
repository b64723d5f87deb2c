package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./bridge}, the first thing that a user types: from wherever, with whatever is missing. */
class BridgeScriptIT {

    private static final Duration START = Duration.ofSeconds(60);

    /** Without a JVM it takes milliseconds. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private static final Map<String, String> SETTINGS = Map.of(
            "KINESIS_STREAM", "readings",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
            "IOT_ENDPOINT", "127.0.0.1:9",
            "IOT_REGION", "eu-west-1",
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "example",
            "AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9");

    private static final String USAGE_OF_RUN = "./bridge run ";

    @TempDir
    Path directory;

    @AfterEach
    void deleteLinks() throws IOException {
        Checkout.deleteLinks(directory);
    }

    // On the PATH of a user it is a link, and the folder is called "My projects": routes/ and config/ are those of the
    // checkout all the same.
    @Test
    void itWorksThroughALinkFromAnotherFolderAndWithBlanksInThePath() throws Exception {
        var checkout = Checkout.built(directory);
        Path links = Files.createDirectory(checkout.beside().resolve("my links"));
        Files.createSymbolicLink(links.resolve("absolute"), checkout.script());
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../../the bridge/bridge"));
        for (String link : List.of("absolute", "relative")) {
            var said = checkout.run(SETTINGS, List.of(links.resolve(link).toString(), "check", "--offline"));
            assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
            assertThat(said.out()).containsPattern("(?m)^ok +routes");
            assertThat(said.err()).isEmpty();
        }
        assertThat(checkout.told("mvn")).as("nothing was to be built").isEmpty();
    }

    // Whoever asks what the program is has not built it yet, and does not want to.
    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpIsGivenAtOnceAndWithoutABuild(String argument) throws Exception {
        var checkout = Checkout.unbuilt(directory);
        var said = assertAtOnce(checkout, argument);
        assertThat(said.exitCode()).isZero();
        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .contains(USAGE_OF_RUN, "./bridge check ", "./bridge replay ", "./bridge demo ", "./bridge bench ")
                .contains("./bridge verify ", "BRIDGE_JAVA_OPTS")
                .doesNotContain("#", "set -eu");
    }

    @Test
    void theVersionIsThatOfTheProjectAndGivenAtOnceWithoutABuild() throws Exception {
        var checkout = Checkout.unbuilt(directory);
        var said = assertAtOnce(checkout, "--version");
        assertThat(said.exitCode()).isZero();
        assertThat(said.err()).isEmpty();
        assertThat(said.out()).isEqualTo("kinesis-iot-bridge " + Checkout.version() + "\n");
    }

    // A slip in a pipeline must be told from a bridge that could not start, and must not begin with a build of minutes.
    @Test
    void anUnknownVerbOrNoneIsRefusedWithTheUsageAndWithoutABuild() throws Exception {
        var checkout = Checkout.unbuilt(directory);
        var unknown = assertAtOnce(checkout, "rnu");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err()).contains("rnu", USAGE_OF_RUN);

        var none = assertAtOnce(checkout);
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains(USAGE_OF_RUN);
    }

    @Test
    void argumentsThatDemoBenchAndVerifyDoNotKnowAreRefused() throws Exception {
        var checkout = Checkout.built(directory);
        var demo = checkout.bridge(Map.of(), "demo", "--seconds", "many");
        assertThat(demo.exitCode()).isEqualTo(2);
        assertThat(demo.err()).contains("usage: bridge demo [--seconds N]");
        var verify = checkout.bridge(Map.of(), "verify", "--everything");
        assertThat(verify.exitCode()).isEqualTo(2);
        assertThat(verify.err()).contains("./bridge verify [--all]");
        var bench = checkout.bridge(Map.of(), "bench", "everything");
        assertThat(bench.exitCode()).isEqualTo(2);
        assertThat(bench.err()).contains("usage: bridge bench");
        assertThat(checkout.told("mvn")).isEmpty();
    }

    // Whoever runs the script in a pipeline goes by these.
    @Test
    void theExitCodeIsTheProgramsOwn() throws Exception {
        var checkout = Checkout.built(directory);
        var refused = checkout.bridge(Map.of(), "run");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("Configuration refused", "kinesis.stream");
        for (int code : new int[] {0, 1, 7}) {
            var said = checkout.bridge(
                    Map.of("JAVA_HOME", checkout.java("17.0.1", code).toString()), "check");
            assertThat(said.exitCode()).isEqualTo(code);
        }
    }

    // In the image there is no script: the same questions go to the program.
    @Test
    void theProgramItselfAnswersTheSameQuestions() throws Exception {
        var checkout = Checkout.built(directory);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String jar = checkout.root().resolve("target/kinesis-iot-bridge.jar").toString();
        var help = checkout.run(Map.of(), List.of(java, "-jar", jar, "--help"));
        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("usage: bridge run ", "bridge check ", "bridge replay ");
        var version = checkout.run(Map.of(), List.of(java, "-jar", jar, "--version"));
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).isEqualTo("kinesis-iot-bridge " + Checkout.version() + "\n");
        var unknown = checkout.run(Map.of(), List.of(java, "-jar", jar, "rnu"));
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err()).contains("there is no 'rnu'", "usage: bridge run ");
        assertThat(checkout.run(Map.of(), List.of(java, "-jar", jar)).exitCode())
                .isEqualTo(2);
    }

    // A shell that stays between the supervisor and the program swallows the SIGTERM: ten seconds later everything is
    // killed.
    @Test
    void aSignalReachesTheProgramWhichSettlesAndEndsWith143() throws Exception {
        var checkout = Checkout.built(directory);
        Path out = checkout.beside().resolve("run.out");
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("CAMEL_MANAGEMENT_PORT", "0");
        settings.put("BRIDGE_JAVA_OPTS", "-Dcamel.main.name=named-by-an-option -XX:TieredStopAtLevel=1");
        Process process = checkout.start(
                out,
                checkout.beside().resolve("run.err"),
                checkout.beside(),
                settings,
                List.of(checkout.script().toString(), "run"));
        try {
            await().atMost(START)
                    .until(() -> !process.isAlive() || Files.readString(out).contains("Started kinesis-to-iot"));
            assertThat(process.isAlive()).as(Files.readString(out)).isTrue();
            assertThat(process.info().command())
                    .as("the script has become the program")
                    .hasValueSatisfying(command -> assertThat(command).endsWith("java"));
            process.destroy();
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(Files.readString(out))
                    .contains("shutdown-begun", "shutdown-done")
                    .as("BRIDGE_JAVA_OPTS")
                    .contains("(named-by-an-option)");
        } finally {
            process.destroyForcibly();
        }
    }

    // Options are words, arguments are not: a partition key may have a blank, and a file name.
    @Test
    void optionsAndArgumentsReachTheJvmAsTheyWereGiven() throws Exception {
        var checkout = Checkout.built(directory);
        Files.writeString(checkout.beside().resolve("letters of today.jsonl"), "");
        Files.writeString(checkout.beside().resolve("device-1"), "a file whose name is a key");
        var said = checkout.bridge(
                Map.of(
                        "JAVA_HOME",
                        checkout.java("17.0.1", 0).toString(),
                        "BRIDGE_JAVA_OPTS",
                        "-Xmx300m -Dfirst=second"),
                "replay",
                "--key",
                "device-1",
                "--dry-run",
                "letters of today.jsonl",
                "-");
        assertThat(said.exitCode()).as(said.err()).isZero();
        List<String> told = checkout.told("java");
        assertThat(told).containsSubsequence("@src/main/sh/jvm.options", "-Xmx300m", "-Dfirst=second", "-cp");
        assertThat(told.get(told.indexOf("-cp") + 1))
                .isEqualTo(checkout.root().resolve("target/kinesis-iot-bridge.jar") + ":components/*");
        assertThat(told.subList(told.indexOf("io.github.kinesisiot.Bridge") + 1, told.size()))
                .as("the file is the caller's, the key is no file")
                .containsExactly(
                        "replay",
                        "--key",
                        "device-1",
                        "--dry-run",
                        checkout.beside().resolve("letters of today.jsonl").toString(),
                        "-");
    }

    // Sixty lines of a JVM, or "not found" from line 34 of a script, are no help to somebody who has never seen Java.
    @Test
    void missingJavaIsOneLineThatSaysWhatToInstall() throws Exception {
        var checkout = Checkout.built(directory);
        var said = checkout.bridge(Map.of("JAVA_HOME", "", "PATH", checkout.toolsOnly()), "run");
        assertOneLine(said, "Java is missing", "JDK 17", "openjdk-17-jdk-headless");
    }

    // Java is there, and installing another does not help.
    @Test
    void aJavaHomeWithoutJavaIsOneLineThatNamesIt() throws Exception {
        var checkout = Checkout.built(directory);
        var said = checkout.bridge(Map.of("JAVA_HOME", "/no such place"), "run");
        assertOneLine(said, "JAVA_HOME", "/no such place");
    }

    // UnsupportedClassVersionError.
    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_412", "11.0.2"})
    void anOldJavaIsOneLineThatSaysWhichItIsAndWhatIsNeeded(String version) throws Exception {
        var checkout = Checkout.built(directory);
        var said = checkout.bridge(Map.of("JAVA_HOME", checkout.java(version, 0).toString()), "run");
        assertOneLine(said, version, "JDK 17");
        assertThat(checkout.told("java")).isEmpty();
    }

    @Test
    void missingMavenIsOneLineWhereABuildIsNeededAndNoMatterWhereItIsNot() throws Exception {
        var unbuilt = Checkout.unbuilt(Files.createDirectory(directory.resolve("unbuilt")));
        assertOneLine(unbuilt.bridge(Map.of("PATH", unbuilt.toolsOnly()), "run"), "Maven is missing", "maven");

        var built = Checkout.built(Files.createDirectory(directory.resolve("built")));
        var said = built.bridge(
                Map.of(
                        "PATH",
                        built.toolsOnly(),
                        "JAVA_HOME",
                        built.java("21", 0).toString()),
                "check");
        assertThat(said.exitCode()).as(said.err()).isZero();
    }

    // A build that is older than what it was built from is the bug that one hunts for an afternoon; one that is made
    // again for each edit of a test takes
    // minutes from everybody.
    @Test
    void itIsBuiltAgainWhenTheProgramHasChangedAndNotWhenATestHas() throws Exception {
        var checkout = Checkout.built(directory);
        Map<String, String> java =
                Map.of("JAVA_HOME", checkout.java("17.0.1", 0).toString());
        checkout.edit("src/it/java/io/github/kinesisiot/SomeIT.java");
        checkout.edit("src/test/java/io/github/kinesisiot/SomeTest.java");
        checkout.edit("docs/some.md");
        checkout.edit("routes/own.camel.yaml");
        assertThat(checkout.bridge(java, "check").exitCode()).isZero();
        assertThat(checkout.told("mvn")).isEmpty();

        checkout.edit("src/main/java/io/github/kinesisiot/Some.java");
        var said = checkout.bridge(java, "check");
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("Building", "The build has failed");
        assertThat(checkout.told("mvn")).contains("package", "-DskipTests", "-Dwithout.tests");
    }

    // A checkout that belongs to somebody else, or to an image: it has to run from there, and nothing has to be written
    // for that.
    @Test
    void aReadOnlyCheckoutThatIsBuiltWorks() throws Exception {
        var checkout = Checkout.built(directory);
        Files.delete(checkout.root().resolve("target/kinesis-iot-bridge.jsa"));
        var said = readOnly(checkout, "check", "--offline");
        assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
        assertThat(said.out()).containsPattern("(?m)^ok +routes");
        assertThat(said.err()).isEmpty();
        assertThat(checkout.root().resolve("target/kinesis-iot-bridge.jsa")).doesNotExist();
    }

    @Test
    void aReadOnlyCheckoutThatIsNotBuiltIsOneLineThatSaysWhatToDo() throws Exception {
        var checkout = Checkout.unbuilt(directory);
        assertOneLine(readOnly(checkout, "run"), "cannot be written", "the bridge/target", "build");
        assertThat(checkout.told("mvn")).isEmpty();
    }

    /** For root, which no mode of a file holds back, by a mount of which nobody else knows. */
    private static Checkout.Said readOnly(Checkout checkout, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            List<String> mount = List.of(
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"",
                    checkout.root().toString());
            command.addAll(mount);
            List<String> probe = new ArrayList<>(mount);
            probe.add("true");
            assumeThat(checkout.run(Map.of(), probe).exitCode())
                    .as("this machine lets even root mount nothing")
                    .isZero();
        } else {
            assertThat(checkout.run(
                                    Map.of(),
                                    List.of(
                                            "chmod",
                                            "-R",
                                            "a-w",
                                            checkout.root().toString()))
                            .exitCode())
                    .isZero();
        }
        command.add(checkout.script().toString());
        command.addAll(List.of(arguments));
        try {
            return checkout.run(SETTINGS, command);
        } finally {
            checkout.run(Map.of(), List.of("chmod", "-R", "u+w", checkout.root().toString()));
        }
    }

    private static Checkout.Said assertAtOnce(Checkout checkout, String... arguments) throws Exception {
        // No Java either: to start one would take most of the time.
        long begin = System.nanoTime();
        var said = checkout.bridge(Map.of("JAVA_HOME", "", "PATH", checkout.toolsOnly()), arguments);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertThat(checkout.root().resolve("target")).doesNotExist();
        return said;
    }

    private static void assertOneLine(Checkout.Said said, String... words) {
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).singleElement().asString().contains(words);
    }
}
