package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Route files that the verb {@code run} cannot start with: exit code 1 and one line that says why. */
class RefusedStartTest {

    @TempDir
    Path home;

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "KINESIS_STREAM", "readings",
            "KINESIS_REGION", "eu-west-1",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
            "IOT_ENDPOINT", "127.0.0.1:9",
            "IOT_REGION", "eu-west-1"));

    @BeforeEach
    void aHomeAsShipped() throws IOException {
        copy("config");
        copy("routes");
        settings.put("DEAD_LETTER_DIRECTORY", home.resolve("dead-letter").toString());
        // No port of this machine is needed for being refused.
        Files.writeString(
                home.resolve("config/application.properties"),
                "\ncamel.management.enabled=false\n",
                StandardOpenOption.APPEND);
    }

    // Camel starts with no route at all, and without a word, when no file matches.
    @Test
    void aStartWithoutARouteFileFailsAndSaysSo() throws Exception {
        try (var files = Files.list(home.resolve("routes"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        refused("routes/*.camel.yaml");
    }

    // The place of a slip that leaves no YAML at all; Camel's own words for it fill a screen.
    @Test
    void aFileThatIsNoYamlIsOneLineThatNamesFileAndLine() throws Exception {
        Files.writeString(
                home.resolve("routes/broken.camel.yaml"), "- route:\n    id: broken\n    from: {uri: [direct:x\n");
        refused("routes/broken.camel.yaml is not YAML", ", line ");
    }

    // Handling for one exception passed for handling, and the first record that was refused stopped its shard.
    @Test
    void ownErrorHandlingThatLeavesGapsIsOneLineAndEndsTheStart() throws Exception {
        Path file = home.resolve("routes/error-handling.camel.yaml");
        Files.writeString(file, """
                - routeConfiguration:
                    id: bridge-errors
                    onException:
                      - onException:
                          exception: [java.io.IOException]
                          handled: {constant: "true"}
                          steps: [{to: {uri: 'direct:dead-letter'}}]
                """);
        refused(
                "route kinesis-to-iot has no onException that takes a",
                "PublishRefusedException",
                "docs/operations.md");
    }

    // Found by nobody until a record that can never be published has stopped its shard for a day.
    @Test
    void aStreamRouteWithoutErrorHandlingIsOneLineAndEndsTheStart() throws Exception {
        Path file = home.resolve("routes/kinesis-to-iot.camel.yaml");
        Files.writeString(file, Files.readString(file).replace("bridge-errors", "bridge-erors"));
        refused("route kinesis-to-iot reads the stream without error handling", "routeConfigurationId: bridge-errors");
    }

    // A component whose jar is not there must be told by name.
    @Test
    void anUnknownComponentIsOneLineThatNamesIt() throws Exception {
        route("sqqs:queue");
        refused("sqqs");
    }

    // The alert for one of them would never fire: its session was measured by the other's.
    @Test
    void twoFurtherRolesOfOneNameAreOneLineAndEndTheStart() throws Exception {
        Files.writeString(home.resolve("routes/roles.camel.yaml"), """
                - beans:
                    - name: secondRole
                      type: io.github.kinesisiot.credentials.FurtherRole
                      initMethod: start
                      properties: {name: other, arn: "arn:aws:iam::333333333333:role/bridge"}
                    - name: thirdRole
                      type: io.github.kinesisiot.credentials.FurtherRole
                      initMethod: start
                      properties: {name: other, arn: "arn:aws:iam::444444444444:role/bridge"}
                """);
        refused("two beans of type FurtherRole have the name 'other'");
    }

    // Camel takes a misspelt option for a mistake; the line must say which.
    @Test
    void anUnknownOptionIsOneLineThatNamesIt() throws Exception {
        route("paho-mqtt5:x?brokerUri=tcp://127.0.0.1:1");
        refused("brokerUri");
    }

    // Camel passes over what has another name, and every record met a route that was not there.
    @Test
    void aRouteFileThatWouldBePassedOverIsOneLineWithTheNameItNeeds() throws Exception {
        Files.writeString(home.resolve("routes/enrich.yaml"), "- route: {}\n");
        refused("routes/enrich.yaml (name it ", "routes/enrich.camel.yaml)");
    }

    // Found with the first record that can never be published, perhaps weeks after the rollout: then its shard stands
    // still.
    @Test
    void aDirectoryOfDeadLettersThatCannotBeWrittenIsOneLineThatSaysWhatToDo() throws Exception {
        settings.put("DEAD_LETTER_DIRECTORY", "/proc/letters");
        refused("dead-letter.directory (DEAD_LETTER_DIRECTORY): user ", " in /proc/letters", "chown");
    }

    // The later file would take the place of the earlier one.
    @Test
    void oneRouteIdInTwoFilesIsOneLineThatNamesBoth() throws Exception {
        Files.copy(home.resolve("routes/kinesis-to-iot.camel.yaml"), home.resolve("routes/copy.camel.yaml"));
        refused("kinesis-to-iot", "copy.camel.yaml", "more than once");
    }

    private void refused(String... words) {
        var said = new ByteArrayOutputStream();
        int exitCode = new Run(home, settings, new PrintStream(said, true, StandardCharsets.UTF_8), false).run();
        assertThat(exitCode).isEqualTo(Bridge.COULD_NOT_START);
        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .as("one message, on one line")
                .singleElement()
                .asString()
                .startsWith("Could not start: ")
                .contains(words);
    }

    private void route(String to) throws IOException {
        Files.writeString(home.resolve("routes/other.camel.yaml"), """
                - route:
                    id: other
                    from:
                      uri: direct:other
                      steps:
                        - to:
                            uri: %s
                """.formatted(to));
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
