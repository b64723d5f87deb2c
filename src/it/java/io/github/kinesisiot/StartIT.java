package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.aws2.sqs.Sqs2Component;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process does with what it cannot start with: one line for each problem, the right exit code, nothing opened. Each reason for it is in
 * {@link RefusedStartTest}; here is what needs a process.
 */
class StartIT {

    private static final Duration START = Duration.ofSeconds(30);

    @TempDir
    Path home;

    @TempDir
    Path directory;

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "KINESIS_STREAM", "readings",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
            "IOT_ENDPOINT", "127.0.0.1:9",
            "IOT_REGION", "eu-west-1",
            "AWS_REGION", "eu-west-1",
            "AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"));

    // A container that starts without its stream's name and waits for ever looks healthy.
    @Test
    void missingAndMalformedSettingsAreAllListedAndEndTheStart() throws Exception {
        copy("config");
        copy("routes");
        settings.remove("KINESIS_STREAM");
        settings.put("IOT_CONNECTIONS", "many");
        settings.put("EXTERNAL_ROLE_ARN", "bridge");
        try (var bridge = BridgeProcess.start(settings, directory, home)) {
            assertThat(bridge.awaitExit(START)).contains(2);
            assertThat(bridge.log())
                    .contains("kinesis.stream")
                    .contains("KINESIS_STREAM")
                    .contains("iot.connections (environment variable IOT_CONNECTIONS): cannot use 'many'")
                    .contains("external.role.arn")
                    .doesNotContain("\tat ");
        }
    }

    // A typing mistake in a route is one line for the user, not sixty of Java.
    @Test
    void aBrokenRouteFileIsOneLineThatNamesTheFile() throws Exception {
        copy("config");
        copy("routes");
        Files.writeString(
                home.resolve("routes/broken.camel.yaml"), "- route:\n    id: broken\n    form:\n      uri: direct:x\n");
        refused("broken.camel.yaml, line 2");
    }

    // A jar of the component without that of the service it speaks to: no Exception, so it was sixty lines of Java.
    @Test
    void aJarTooFewInComponentsIsOneLineThatNamesTheClass() throws Exception {
        copy("config");
        copy("routes");
        Path route = home.resolve("routes/dead-letter.camel.yaml");
        Files.delete(route);
        Files.copy(Path.of("examples/dead-letter-to-sqs.camel.yaml"), route);
        Path jar = Path.of(Sqs2Component.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Files.copy(jar, Files.createDirectory(home.resolve("components")).resolve(jar.getFileName()));
        settings.put("LETTERS_QUEUE_URL", "http://127.0.0.1:9/111111111111/letters");
        refused("software/amazon/awssdk/services/sqs");
    }

    // A slip in the second role was an AccessDenied a minute after the start, or a session that STS refuses for ever.
    @Test
    void settingsOfAFurtherRoleThatCannotWorkAreAllListedAndEndTheStart() throws Exception {
        copy("config");
        copy("routes");
        Path route = home.resolve("routes/kinesis-to-iot.camel.yaml");
        Files.delete(route);
        String example = Files.readString(Path.of("examples/two-targets.camel.yaml"));
        Files.writeString(
                route,
                example.replace("        name: second\n", "        name: second\n        sessionDuration: 13h\n"));
        settings.put("SECOND_ROLE_ARN", "arn:aws:iam::333333333333:user/bridge");
        settings.put("SECOND_ROLE_EXTERNAL_ID", "one two");
        settings.put("SECOND_IOT_ENDPOINT", "127.0.0.1:9");
        try (var bridge = BridgeProcess.start(settings, directory, home)) {
            assertThat(bridge.awaitExit(START)).contains(2);
            assertThat(bridge.log())
                    .contains("Configuration refused, nothing was started:")
                    .contains("  arn (bean of role 'second'): cannot use a value of 37 characters; expected the ARN of")
                    .contains("  sessionDuration (bean of role 'second'): ", "expected a duration from 900s to 12h")
                    .contains("  externalId (bean of role 'second'): cannot use a value of 7 characters")
                    .doesNotContain("one two", "Started kinesis-to-iot", "\tat ");
        }
    }

    // Traces that go nowhere are noticed on the day they are needed; the SDK's own exception fills a screen.
    @Test
    void aValueOfOpenTelemetryThatCannotBeUsedIsOneLineThatShowsIt() throws Exception {
        copy("config");
        copy("routes");
        settings.put("TRACING_ENABLED", "true");
        settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318");
        refused("collector:4318");
    }

    private void refused(String... words) throws Exception {
        try (var bridge = BridgeProcess.start(settings, directory, home)) {
            assertThat(bridge.awaitExit(START)).contains(1);
            assertThat(bridge.log())
                    .contains("Could not start")
                    .contains(words)
                    .as("nothing is consumed, and no stack trace")
                    .doesNotContain("Started kinesis-to-iot", "shard-opened", "stream-started", "\tat ");
            assertThat(bridge.log().lines().filter(line -> line.startsWith("Could not start: ")))
                    .as("one message, on one line")
                    .hasSize(1)
                    .allSatisfy(line -> assertThat(line).contains(words));
            assertThat(bridge.log().strip().lines()).last().asString().startsWith("Could not start: ");
        }
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
