package io.github.kinesisiot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The documents are about this program: what they link to and name is there. Asks no network. */
class DocumentsTest {

    private static Checks checks;
    private static List<Document> documents;

    @BeforeAll
    static void read() throws IOException {
        checks = new Checks(new Project());
        documents = Document.all();
        assertThat(documents).hasSizeGreaterThan(10);
    }

    // A heading that is reworded takes the links to it along, and nobody clicks on them.
    @Test
    void everyLinkLeadsSomewhere() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Document document : documents) {
            wrong.addAll(checks.links(document));
        }
        assertThat(wrong).isEmpty();
    }

    // A promise whose test was renamed is a promise without a test; a setting that was renamed is refused at the
    // reader's start.
    @Test
    void everyFileTestSettingAndMeterThatIsNamedIsThere() {
        // What the change log names was there once.
        assertThat(documents.stream()
                        .filter(document -> !document.file().endsWith("CHANGELOG.md"))
                        .flatMap(document -> checks.names(document).stream()))
                .isEmpty();
    }

    // A command that is copied from a page and refused is the last one a reader tries.
    @Test
    void everyCallOfTheProgramIsOneItKnows() {
        assertThat(documents.stream().flatMap(document -> checks.commands(document).stream()))
                .isEmpty();
    }

    // A quotation mark is lost in an edit, and the block is no longer what its fence says.
    @Test
    void everyBlockCanBeReadAsWhatItIs() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Document document : documents) {
            wrong.addAll(checks.blocks(document));
        }
        assertThat(wrong).isEmpty();
    }

    // An autoscaler that asks for a meter that is gone never scales, and says so nowhere.
    @Test
    void everyMeterInTheDeploymentFilesIsThere() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("deploy"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                wrong.addAll(checks.meters(file, Files.readString(file)));
            }
        }
        assertThat(wrong).isEmpty();
    }

    // A project to copy that asks for a version of the bridge or of Camel that nobody has.
    @Test
    void theProjectForTestsOfOwnRoutesAsksForTheseVersions() throws Exception {
        String ours = Files.readString(Path.of("pom.xml"));
        String theirs = Files.readString(Path.of("examples/route-test/pom.xml"));
        assertThat(ours)
                .contains("<artifactId>kinesis-iot-bridge</artifactId>\n  <version>"
                        + property(theirs, "bridge.version") + "</version>")
                .contains("<camel.version>" + property(theirs, "camel.version") + "</camel.version>");
    }

    private static String property(String pom, String name) {
        int begin = pom.indexOf("<" + name + ">") + name.length() + 2;
        return pom.substring(begin, pom.indexOf("</" + name + ">"));
    }

    // Checks that find nothing in any document find every document good.
    @Test
    void slipsAreFound() throws Exception {
        var page = Document.of(Path.of("docs/page.md"), """
                # A heading, with `code`
                [good](../README.md#more) [good](#a-heading-with-code) [gone](gone.md) [gone](../README.md#gone)
                `config/gone.yaml` `iot.conections` `KINESIS_STRAEM` `hold.HoldTest.gone` `kinesis.Gone` `bridge_gone_total`
                `hold.HoldTest` `iot.connections` `KINESIS_STREAM` `bridge_holding` `config/application.properties`
                `./bridge chek` `./bridge check --ofline` `./bridge check --offline`
                ```sh
                cat "docs/gone.md
                ```
                ```json
                { "a": }
                ```
                ```yaml
                a: [
                ```
                ```sh
                ./bridge replay --rat 5 examples/gone.yaml
                ```
                """);
        assertThat(checks.links(page)).hasSize(2);
        assertThat(checks.names(page)).hasSize(6);
        assertThat(checks.commands(page)).hasSize(3);
        assertThat(checks.blocks(page)).hasSize(5);
    }
}
