package io.github.kinesisiot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of what is shipped, as the build has left it in target/. Maven makes none when it is offline: then an old one, or none, is no fault. */
class SbomIT {
    private static final Path SBOM = Path.of("target/sbom.cdx.json");

    @BeforeAll
    static void made() throws IOException {
        assumeTrue(
                Files.exists(SBOM)
                        && Files.getLastModifiedTime(SBOM)
                                        .compareTo(Files.getLastModifiedTime(Path.of("target/kinesis-iot-bridge.jar")))
                                >= 0,
                "mvn -o has made no SBOM");
    }

    // A library that a scanner is not told of is one whose holes nobody hears of.
    @Test
    void theSbomNamesEveryJarInLibAndALicenceForEach() throws IOException {
        Sbom sbom = Sbom.read(SBOM);
        List<String> jars;
        try (Stream<Path> files = Files.list(Path.of("target/lib"))) {
            jars = files.map(file -> file.getFileName().toString()).toList();
        }
        assertThat(sbom.format()).isEqualTo("CycloneDX");
        assertThat(sbom.libraries()).extracting(Sbom.Library::jar).containsExactlyInAnyOrderElementsOf(jars);
        assertThat(sbom.libraries())
                .allSatisfy(library -> assertThat(library.licences()).isNotEmpty());
    }

    // The image's build would say so, an hour after the library was added.
    @Test
    void thereIsALicenceTextForEachLibrary(@TempDir Path texts, @TempDir Path to) throws IOException {
        try (Stream<Path> given = Files.list(Path.of("src/main/licenses"))) {
            for (Path text : given.toList()) {
                Files.copy(text, texts.resolve(text.getFileName()));
            }
        }
        Files.copy(Path.of("LICENSE"), texts.resolve("Apache-2.0.txt"));
        assertThat(Licenses.layOut(Path.of("target/lib"), SBOM, texts, to)).isEmpty();
    }
}
