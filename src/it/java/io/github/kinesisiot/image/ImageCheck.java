package io.github.kinesisiot.image;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LogTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image as it has been built, in containers beside the local cloud. Run by {@code src/it/sh/image}, which builds it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ImageCheck {
    private static final long LARGEST = 200_000_000;
    private static final Clock CLOCK = Clock.systemUTC();

    private static Path root;

    @BeforeAll
    static void mount() {
        root = Path.of(Podman.output("image", "mount", Container.IMAGE));
    }

    @AfterAll
    static void unmount() {
        Podman.output("image", "unmount", Container.IMAGE);
    }

    // A library more, or a base image, and each start on a new machine waits for its download.
    @Test
    void itIsSmall() {
        long size = Long.parseLong(imageInspect("{{.Size}}"));
        System.out.printf("image: %.1f MB%n", size / 1e6);
        assertThat(size).isLessThanOrEqualTo(LARGEST);
    }

    // What registries, scanners and orchestrators go by.
    @Test
    void itSaysWhatItIs() throws IOException {
        assertThat(imageInspect("{{.Config.User}}")).isEqualTo("10001:10001");
        assertThat(imageInspect("{{.Config.ExposedPorts}}")).contains("9876/tcp");
        assertThat(imageInspect("{{.Config.Volumes}}")).contains("/app/dead-letter");
        for (String label : List.of("title", "description", "licenses", "version", "revision")) {
            assertThat(imageInspect("{{index .Config.Labels \"org.opencontainers.image." + label + "\"}}"))
                    .as(label)
                    .isNotBlank();
        }
        assertThat(Files.readAllLines(Path.of("target/maven-archiver/pom.properties")))
                .as("the version in the Dockerfile is that of the pom")
                .contains("version=" + imageInspect("{{index .Config.Labels \"org.opencontainers.image.version\"}}"));
    }

    // Who gets into the process finds nothing there to go on with.
    @Test
    void thereIsNoShellNoPackageManagerAndNothingThatChangesTheUser() throws IOException {
        List<String> programs = new ArrayList<>();
        for (Path file : files()) {
            Set<?> mode = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
            int bits = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            assertThat(bits & 06000).as("setuid, setgid: %s", file).isZero();
            if (mode.containsAll(PosixFilePermissions.fromString("--x------")) && !Files.isSymbolicLink(file)) {
                programs.add(root.relativize(file).toString());
            }
        }
        assertThat(programs).contains("opt/jvm/bin/java").allSatisfy(program -> assertThat(program)
                .matches("opt/jvm/(bin|lib)/.*|lib.*\\.so.*"));
    }

    // A scanner that is not told of a library, and a licence that asks to be passed on and is not.
    @Test
    void theSbomAndALicenceForEachLibraryAreInside() throws IOException {
        Sbom sbom = Sbom.read(root.resolve("app/sbom.cdx.json"));
        try (Stream<Path> jars = Files.list(root.resolve("app/lib"))) {
            assertThat(sbom.libraries())
                    .extracting(Sbom.Library::jar)
                    .containsExactlyInAnyOrderElementsOf(
                            jars.map(jar -> jar.getFileName().toString()).toList());
        }
        for (Sbom.Library library : sbom.libraries()) {
            Path licences = root.resolve("app/licenses").resolve(library.folder());
            assertThat(licences).isNotEmptyDirectory();
            try (Stream<Path> texts = Files.list(licences)) {
                assertThat(texts).allSatisfy(text -> assertThat(text).isNotEmptyFile());
            }
        }
        assertThat(root.resolve("app/licenses/LICENSE")).isNotEmptyFile();
        assertThat(root.resolve("opt/jvm/legal/java.base")).isNotEmptyDirectory();
        // The C libraries: licences, and what a scanner finds them by.
        try (Stream<Path> packages = Files.list(root.resolve("var/lib/dpkg/status.d"))) {
            assertThat(packages).isNotEmpty().allSatisfy(status -> assertThat(root.resolve("usr/share/doc")
                            .resolve(status.getFileName())
                            .resolve("copyright"))
                    .isNotEmptyFile());
        }
    }

    // The other verbs are arguments, and a user id that the platform has chosen works as well.
    @Test
    void itChecksSettingsAsAnyUser() {
        Podman.Result check = Container.run(List.of("--user=23456:0", "--env=KINESIS_STREAM="), "check", "--offline");
        assertThat(check.output()).contains("settings").contains("KINESIS_STREAM");
        assertThat(check.code()).isEqualTo(2);
    }

    // The whole life of a container under load: locked up, ready, alive, drained at SIGTERM; the next one repeats and
    // loses nothing.
    @Test
    void itPublishesDrainsAtSigtermAndGoesOnWithoutARepetition() throws Exception {
        try (var readings = new Readings(CloudOptions.defaults(), 200)) {
            Instant begin = CLOCK.instant();
            try (var container = Container.start(readings.cloud, Map.of())) {
                awaitReady(container);
                Instant ready = CLOCK.instant();
                assertThat(container.status("Uid")).startsWith("10001\t10001");
                assertThat(container.status("CapEff")).isEqualTo("0000000000000000");
                assertThat(container.status("NoNewPrivs")).isEqualTo("1");
                assertThat(container.healthy()).as("HEALTHCHECK").isTrue();
                awaitMore(300, readings, container);
                reportStart(container, begin, ready);

                Instant signal = CLOCK.instant();
                assertThat(container.stop()).isEqualTo(143);
                Duration stopped = Duration.between(signal, CLOCK.instant());
                System.out.println("SIGTERM to exit: " + stopped.toMillis() + " ms");
                assertThat(stopped).isLessThan(Duration.ofSeconds(25));
                assertThat(container.log())
                        .as("the shutdown is logged to its last line")
                        .contains("shutdown in");
            }
            try (var next = Container.start(readings.cloud, Map.of())) {
                awaitMore(300, readings, next);
                readings.stopFeeding();
                await().until(() -> readings.ledger.account().complete());
                assertThat(next.stop()).isEqualTo(143);
            }
            assertThat(readings.ledger.account()).matches(account -> account.equal(), "all, once each, in order");
        }
    }

    // An archive of another JVM or with other times is passed over without a word, and each start takes twice the CPU.
    @Test
    void theClassArchiveIsTheOneThatIsUsed() throws IOException {
        try (var readings = new Readings(CloudOptions.defaults(), 100)) {
            Path loads = Files.createDirectory(readings.cloud.directory().resolve("loads"));
            Files.setPosixFilePermissions(loads, PosixFilePermissions.fromString("rwxrwxrwx"));
            try (var container = Container.start(
                    readings.cloud,
                    Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=/loads/loads.txt"),
                    "--volume=" + loads + ":/loads")) {
                awaitMore(100, readings, container);
                Map<String, Long> sources;
                try (Stream<String> lines = Files.lines(loads.resolve("loads.txt"))) {
                    sources = lines.collect(Collectors.groupingBy(ImageCheck::source, Collectors.counting()));
                }
                System.out.println("classes: " + sources);
                long archived = sources.getOrDefault("archive", 0L);
                assertThat(archived / (double) (archived + sources.getOrDefault("file", 0L)))
                        .as("share of the archive: %s", sources)
                        .isGreaterThanOrEqualTo(0.97);
                assertThat(container.stop()).isEqualTo(143);
            }
        }
    }

    private static String source(String line) {
        if (line.contains("source: shared objects file")) {
            return "archive";
        }
        return line.contains("source: file:") || line.contains("source: jrt:") ? "file" : "made up";
    }

    private static void awaitReady(Container container) {
        // Seldom enough that asking does not compete with what is measured.
        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            container.check();
            return container.ready();
        });
    }

    /** Ready is: role assumed, a connection up, and the stream can be read. */
    private static void reportStart(Container container, Instant begin, Instant ready) {
        Instant process = container.startedAt();
        LogTimes said = new LogTimes(container.log());
        Instant camel = said.of("is starting");
        Instant source = said.of("Reading stream");
        System.out.printf(
                "to ready: %d ms from the process's start, %d from podman run; JVM %d, Camel and routes %d, "
                        + "from there role, connection and stream %d; first shard read after %d%n",
                millis(process, ready),
                millis(begin, ready),
                millis(process, camel),
                millis(camel, source),
                millis(source, ready),
                millis(process, said.of("reading after")));
    }

    private static long millis(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }

    private static void awaitMore(int messages, Readings readings, Container container) {
        int wanted = readings.count() + messages;
        await().until(() -> {
            container.check();
            return readings.count() >= wanted;
        });
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private static String imageInspect(String format) {
        return Podman.output("image", "inspect", "--format", format, Container.IMAGE);
    }
}
