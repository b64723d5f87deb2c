package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found without any network: settings and route files. */
class OfflineCheckTest {

    @TempDir
    Path home;

    private CheckRun check;

    @BeforeEach
    void aHomeAsShipped() throws IOException {
        copy("config");
        copy("routes");
        check = new CheckRun(Map.of(
                "KINESIS_STREAM", "readings",
                "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
                "IOT_ENDPOINT", "abc-ats.iot.eu-central-1.amazonaws.com",
                "AWS_REGION", "eu-west-1"));
        check.directory = home;
    }

    // A gate on what is shipped that cries wolf is switched off.
    @Test
    void theShippedFilesAreOk() throws Exception {
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).as(check.out).isZero();
        assertThat(answer.document().get("steps"))
                .extracting(step -> step.get("step").asText())
                .containsExactly("settings", "routes");
        assertThat(answer.text("routes")).contains("kinesis-to-iot", "assume-role", "dead-letter");
        assertThat(answer.step("settings").get("warnings")).isEmpty();
    }

    // One problem at a time is one deployment at a time.
    @Test
    void everyRefusedSettingIsListedWithItsPlaceAndWhatIsExpected() throws Exception {
        Files.writeString(home.resolve("config/application.properties"), "iot.qos=3\niot.topics=x\n");
        check.settings.remove("KINESIS_STREAM");
        var answer = check.with("IOT_CONNECTIONS", "many")
                .with("IOT_TOPIC", "a/${header.x")
                .json("--offline");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.state("routes")).isEqualTo("not-reached");
        assertThat(answer.step("settings").get("fix"))
                .extracting(JsonNode::toString)
                .anySatisfy(fix -> assertThat(fix).contains("kinesis.stream", "KINESIS_STREAM", "required"))
                .anySatisfy(fix -> assertThat(fix).contains("iot.qos", "application.properties", "0 to 1"))
                .anySatisfy(fix -> assertThat(fix).contains("iot.topics", "iot.topic perhaps"))
                .anySatisfy(fix ->
                        assertThat(fix).contains("iot.connections", "environment variable IOT_CONNECTIONS", "'many'"))
                .anySatisfy(fix -> assertThat(fix).contains("iot.topic", "expected symbol functionEnd"))
                .hasSize(5);
    }

    // Whoever reads a terminal sees them all as well.
    @Test
    void refusedSettingsAreListedForPeopleToo() {
        check.settings.remove("KINESIS_STREAM");
        assertThat(check.with("IOT_QOS", "3").run("--offline")).isEqualTo(2);
        assertThat(check.out).contains("2 settings are refused", "kinesis.stream", "iot.qos", "exit code 2");
    }

    // IOT_TOPICS in a deployment is a typing mistake; KINESIS_SERVICE_HOST is Kubernetes.
    @Test
    void aVariableThatLooksLikeASettingIsAWarning() throws Exception {
        var answer = check.with("IOT_TOPICS", "x")
                .with("KINESIS_SERVICE_HOST", "10.0.0.1")
                .json("--offline");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.step("settings").get("warnings"))
                .singleElement()
                .asString()
                .contains("IOT_TOPICS", "IOT_TOPIC perhaps");
    }

    @Test
    void yamlThatIsNoneNamesFileAndLine() throws Exception {
        route("broken", "- route:\n    id: x\n   from: [\n");
        assertThat(routes()).contains("broken.camel.yaml", "line ");
    }

    @Test
    void anUnknownNodeNamesFileAndLine() throws Exception {
        route("broken", "- route:\n    id: broken\n    form:\n      uri: direct:x\n");
        assertThat(routes()).contains("broken.camel.yaml, line 2");
    }

    @Test
    void anUnknownComponentNamesItself() throws Exception {
        route("other", with("to", "uri: sqqs:queue"));
        assertThat(routes()).contains("sqqs");
    }

    @Test
    void anUnknownOptionNamesItself() throws Exception {
        route("other", with("to", "uri: paho-mqtt5:x?brokerUri=tcp://127.0.0.1:1"));
        assertThat(routes()).contains("brokerUri");
    }

    @Test
    void anUnknownBeanNamesItself() throws Exception {
        route("other", with("process", "ref: noSuchBean"));
        assertThat(routes()).contains("noSuchBean");
    }

    @Test
    void anUnknownPlaceholderNamesItself() throws Exception {
        route("other", with("log", "message: \"{{no.such.key}}\""));
        assertThat(routes()).contains("no.such.key");
    }

    @Test
    void anExpressionThatIsNoneNamesWhatWasExpected() throws Exception {
        route("other", with("setBody", "simple: \"${nosuch.x}\""));
        assertThat(routes()).contains("nosuch");
    }

    // Camel lets the later file take the place of the earlier one, without a word.
    @Test
    void oneRouteIdInTwoFilesNamesBoth() throws Exception {
        Files.copy(home.resolve("routes/kinesis-to-iot.camel.yaml"), home.resolve("routes/copy.camel.yaml"));
        assertThat(routes()).contains("kinesis-to-iot", "copy.camel.yaml", "more than once");
    }

    @Test
    void aDirectoryWithoutARouteSaysSo() throws Exception {
        try (var files = Files.list(home.resolve("routes"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(routes()).contains("there is no route");
    }

    // Camel passes them over without a word: the check was green, and nothing was published.
    @Test
    void filesThatCamelPassesOverAreAllNamedWithTheNameTheyNeed() throws Exception {
        Path routes = home.resolve("routes");
        Files.createDirectories(routes.resolve("more/deep"));
        for (String name :
                List.of("a.yaml", "b.yml", "c.camel.yml", "d.xml", "E.Camel.Yaml", "more/deep/f.camel.yaml")) {
            Files.writeString(routes.resolve(name), "- route: {}\n");
        }
        assertThat(routes())
                .contains("a.yaml (name it " + routes.resolve("a.camel.yaml") + ")")
                .contains("b.yml (name it " + routes.resolve("b.camel.yaml") + ")")
                .contains("c.camel.yml (name it " + routes.resolve("c.camel.yaml") + ")")
                .contains("d.xml (write it in YAML, as " + routes.resolve("d.camel.yaml") + ")")
                .contains("E.Camel.Yaml (name it " + routes.resolve("E.camel.yaml") + ")")
                .contains("f.camel.yaml (name it " + routes.resolve("f.camel.yaml") + ")")
                .doesNotContain("kinesis-to-iot.camel.yaml (");
    }

    // What editors and Kubernetes leave is nobody's slip, and no route.
    @Test
    void hiddenFilesAndBackupsArePassedOver() throws Exception {
        Path routes = home.resolve("routes");
        Files.createDirectory(routes.resolve(".git"));
        Files.createDirectory(routes.resolve("schemas"));
        for (String name : List.of(
                ".a.camel.yaml.swp",
                ".b.camel.yaml",
                "c.camel.yaml~",
                "#d.yaml#",
                "e.yaml.bak",
                ".git/f.yaml",
                "README.md",
                "schemas/g.json")) {
            Files.writeString(routes.resolve(name), "no: [yaml");
        }
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).as(check.out).isZero();
        assertThat(answer.step("routes").get("found").get(0).asText().split(", "))
                .containsExactlyInAnyOrder("kinesis-to-iot", "assume-role", "dead-letter");
    }

    // Camel does not look behind a link: no route at all was read, and the check was green.
    @Test
    void aLinkToAFolderOfRoutesIsFollowed() throws Exception {
        Files.move(home.resolve("routes"), home.resolve("elsewhere"));
        Files.createSymbolicLink(home.resolve("routes"), Path.of("elsewhere"));
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).as(check.out).isZero();
        assertThat(answer.text("routes")).contains("kinesis-to-iot", "assume-role", "dead-letter");
    }

    // A ConfigMap is mounted as links into a hidden folder, which is itself a link.
    @Test
    void theLinksOfAConfigMapAreFollowed() throws Exception {
        Path routes = home.resolve("routes");
        Path data = routes.resolve("..2026_11_27");
        Files.move(routes, home.resolve("data"));
        Files.createDirectory(routes);
        Files.move(home.resolve("data"), data);
        Files.createSymbolicLink(routes.resolve("..data"), data.getFileName());
        try (var files = Files.list(data)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(
                        routes.resolve(file.getFileName()), Path.of("..data").resolve(file.getFileName()));
            }
        }
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).as(check.out).isZero();
        assertThat(answer.text("routes")).contains("kinesis-to-iot", "assume-role", "dead-letter");
    }

    // With --json the document was missing: whoever waits for it saw a crash.
    @Test
    void aSettingsFileThatCannotBeReadIsARefusalWithADocument() throws Exception {
        Files.writeString(home.resolve("config/application.properties"), "iot.ca-file=C:\\users\\ca.pem\n");
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.step("settings").get("code").asText()).isEqualTo("SETTINGS_REFUSED");
        assertThat(answer.text("settings")).contains("application.properties (line 1)");
    }

    // Without it a record that can never be published blocks its shard; a name with a slip in it is passed over by
    // Camel.
    @Test
    void aStreamRouteWithoutErrorHandlingIsRefused() throws Exception {
        Path file = home.resolve("routes/kinesis-to-iot.camel.yaml");
        Files.writeString(file, Files.readString(file).replace("bridge-errors", "bridge-erors"));
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.step("routes").get("code").asText()).isEqualTo("NO_ERROR_HANDLING");
        assertThat(answer.text("routes")).contains("kinesis-to-iot", "bridge-errors");
    }

    @Test
    void anUnknownArgumentIsRefusedWithTheUsage() {
        assertThat(check.run("--ofline")).isEqualTo(2);
        assertThat(check.err).contains("--ofline", "usage: bridge check");
        assertThat(check.out).isEmpty();
    }

    @Test
    void aTopicThatCannotBePublishedToIsRefusedBeforeAnythingIsAsked() {
        assertThat(check.run("--publish", "a/#")).isEqualTo(2);
        assertThat(check.err).contains("a/#");
    }

    /** The sentence of the failed step. */
    private String routes() throws IOException {
        var answer = check.json("--offline");
        assertThat(answer.exitCode()).as(check.out).isEqualTo(1);
        assertThat(check.out).doesNotContain("\\tat ");
        return answer.step("routes").get("cause").asText();
    }

    private void route(String name, String yaml) throws IOException {
        Files.writeString(home.resolve("routes").resolve(name + ".camel.yaml"), yaml);
    }

    private static String with(String node, String content) {
        return """
                - route:
                    id: other
                    from:
                      uri: direct:other
                      steps:
                        - %s:
                            %s
                """.formatted(node, content);
    }

    private void copy(String folder) throws IOException {
        Path to = Files.createDirectory(home.resolve(folder));
        try (var files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }
}
