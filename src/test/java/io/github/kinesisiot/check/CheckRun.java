package io.github.kinesisiot.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.BridgeForTests;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.config.Machine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The check in this process, against a local cloud: what the SDK would take from the environment of a process is handed to it. */
final class CheckRun {

    final Map<String, String> settings;
    Path directory = Path.of("");
    Clock clock = Clock.systemUTC();
    AwsCredentials credentials;
    String out = "";
    String err = "";
    long millis;

    CheckRun(LocalCloud cloud) {
        this(cloud.environment());
    }

    CheckRun(Map<String, String> environment) {
        settings = new HashMap<>(environment);
        credentials = AwsBasicCredentials.create(
                settings.getOrDefault("AWS_ACCESS_KEY_ID", "nobody"),
                settings.getOrDefault("AWS_SECRET_ACCESS_KEY", "nothing"));
    }

    CheckRun with(String variable, String value) {
        settings.put(variable, value);
        return this;
    }

    /** What a step came to, of the JSON document. */
    record Answer(int exitCode, JsonNode document) {

        JsonNode step(String name) {
            for (JsonNode step : document.get("steps")) {
                if (step.get("step").asText().equals(name)) {
                    return step;
                }
            }
            throw new AssertionError("no step " + name + " in " + document);
        }

        String state(String name) {
            return step(name).get("state").asText();
        }

        /** Everything under the step, statements too, as one text. */
        String text(String name) {
            return step(name).toString();
        }

        String side(String name) {
            return step(name).get("account").get("side").asText();
        }

        List<JsonNode> statements(String name) {
            List<JsonNode> all = new ArrayList<>();
            step(name).get("fix").forEach(fix -> fix.get("statements").forEach(all::add));
            return all;
        }
    }

    Answer json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        int exitCode = run(all.toArray(String[]::new));
        return new Answer(exitCode, new ObjectMapper().readTree(out));
    }

    int run(String... arguments) {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        long begun = System.nanoTime();
        try (var o = new PrintStream(stdout, true, StandardCharsets.UTF_8);
                var e = new PrintStream(stderr, true, StandardCharsets.UTF_8)) {
            return new Preflight(world(), o, e).run(List.of(arguments));
        } finally {
            millis = (System.nanoTime() - begun) / 1_000_000;
            out = stdout.toString(StandardCharsets.UTF_8);
            err = stderr.toString(StandardCharsets.UTF_8);
        }
    }

    private Preflight.World world() {
        Machine machine = new Machine() {
            @Override
            public String hostName() {
                return "host-1";
            }

            @Override
            public Optional<String> region() {
                return Optional.ofNullable(settings.get("AWS_REGION"));
            }
        };
        return new Preflight.World(
                directory,
                settings,
                machine,
                clock,
                System::nanoTime,
                (service, builder) -> {
                    builder.credentialsProvider(StaticCredentialsProvider.create(credentials));
                    String endpoint = settings.get("AWS_ENDPOINT_URL_" + service.toUpperCase(java.util.Locale.ROOT));
                    if (endpoint != null) {
                        builder.endpointOverride(URI.create(endpoint));
                    }
                },
                BridgeForTests::main);
    }
}
