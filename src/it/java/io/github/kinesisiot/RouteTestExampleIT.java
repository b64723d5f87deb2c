package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code examples/route-test} as a user has it who follows its first lines: copied out of the project, with its own pom, beside a bridge that is installed
 * in the local repository. Without a network: it needs no more than the bridge itself.
 */
@Tag("long")
class RouteTestExampleIT {
    private static final long LIMIT_SECONDS = 240;
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final List<String> GROUP = List.of("io", "github", "kinesisiot");

    @TempDir
    Path directory;

    @AfterEach
    void deleteLinks() throws IOException {
        Checkout.deleteLinks(directory);
    }

    private Path example;
    private Path repository;

    @BeforeEach
    void copyAndInstall() throws Exception {
        Path from = PROJECT.resolve("examples/route-test");
        example = directory.resolve("my own project");
        for (String file : List.of("pom.xml", "src/test/java/com/example/OwnRouteTest.java")) {
            Path copy = example.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(from.resolve(file), copy);
        }
        repository = Files.createDirectory(directory.resolve("repository"));
        install(repository);
    }

    // Its sources are compiled with ours, its pom is not: a version that is no longer ours, or a library that only our
    // tests bring, is found by the first
    // user.
    @Test
    void theTestThatUsersCopyPassesByItsOwnPomBesideAnInstalledBridge() throws Exception {
        Ended maven = maven();
        assertThat(maven.exitCode()).as(maven.log()).isZero();
        Path report = example.resolve("target/surefire-reports/com.example.OwnRouteTest.txt");
        assertThat(report).content().containsPattern("Tests run: [1-9]\\d*, Failures: 0, Errors: 0, Skipped: 0");
    }

    // A test that passes whatever the routes say is worth nothing to whoever has copied it.
    @Test
    void aRouteThatDoesSomethingElseMakesItFail() throws Exception {
        Path folder = directory.resolve("bridge folder");
        for (String part : List.of("config", "routes")) {
            try (Stream<Path> files = Files.list(PROJECT.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = folder.resolve(part).resolve(file.getFileName());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        Path route = folder.resolve("routes/kinesis-to-iot.camel.yaml");
        String text = Files.readString(route);
        assertThat(text).contains("\"{{iot.topic}}\"");
        Files.writeString(route, text.replace("\"{{iot.topic}}\"", "elsewhere"));
        Ended maven = maven("-Dbridge.folder=" + folder);
        assertThat(maven.exitCode()).as(maven.log()).isNotZero();
        assertThat(maven.log()).contains("elsewhere");
    }

    private record Ended(int exitCode, String log) {}

    private Ended maven(String... more) throws Exception {
        Path log = directory.resolve("maven.log");
        Stream<String> command = Stream.concat(
                Stream.of(
                        "mvn",
                        "-B",
                        "-o",
                        "-ntp",
                        "-f",
                        example.resolve("pom.xml").toString(),
                        "-Dmaven.repo.local=" + repository,
                        "-Dbridge.folder=" + PROJECT,
                        "-DtrimStackTrace=false"),
                Stream.concat(Stream.of(more), Stream.of("test")));
        var builder =
                new ProcessBuilder(command.toList()).redirectErrorStream(true).redirectOutput(log.toFile());
        // Of the Maven that runs this.
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home")));
        Process maven = builder.start();
        try {
            assertThat(maven.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as(() -> log + " of a Maven that does not end")
                    .isTrue();
            return new Ended(maven.exitValue(), Files.readString(log));
        } finally {
            // What is called mvn is a script, often, and the JVM of the tests is a child of Maven's.
            maven.descendants().forEach(ProcessHandle::destroyForcibly);
            maven.destroyForcibly();
        }
    }

    /**
     * What {@code mvn install} writes, without building anything again: a repository in which everything is a link to the one of this machine but the
     * bridge, which is what has been built just now.
     */
    private static void install(Path repository) throws Exception {
        String given = System.getProperty("maven.repo.local");
        Path all = given == null ? Path.of(System.getProperty("user.home"), ".m2", "repository") : Path.of(given);
        Path here = repository;
        for (String step : GROUP) {
            linkAllBut(step, all, here);
            all = all.resolve(step);
            here = Files.createDirectory(here.resolve(step));
        }
        String version = Checkout.version();
        Path bridge = Files.createDirectories(here.resolve("kinesis-iot-bridge").resolve(version));
        String name = "kinesis-iot-bridge-" + version;
        Files.copy(PROJECT.resolve("target/kinesis-iot-bridge.jar"), bridge.resolve(name + ".jar"));
        Files.copy(PROJECT.resolve("pom.xml"), bridge.resolve(name + ".pom"));
    }

    private static void linkAllBut(String name, Path from, Path to) throws IOException {
        if (Files.isDirectory(from)) {
            try (Stream<Path> entries = Files.list(from)) {
                for (Path entry : entries.filter(Files::isDirectory).toList()) {
                    if (!entry.getFileName().toString().equals(name)) {
                        Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                    }
                }
            }
        }
    }
}
