package io.github.kinesisiot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of what is shipped, as the build has left it in target/. */
class SbomIT {

    // A library that a scanner is not told of is one whose holes nobody hears of.
    @Test
    void theSbomNamesEveryJarInLibAndALicenceForEach() throws IOException {
        Sbom sbom = Sbom.read(Path.of("target/sbom.cdx.json"));
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
        assertThat(Licenses.layOut(Path.of("target/lib"), Path.of("target/sbom.cdx.json"), texts, to))
                .isEmpty();
    }
}
