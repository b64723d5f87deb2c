package io.github.kinesisiot.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the files of {@code deploy/} say of the bridge is so: its settings, its user, its ports, its time to stop. */
class DeployFilesTest {

    private static final Path KUBERNETES = Path.of("deploy/kubernetes");
    private static final Path ECS = Path.of("deploy/ecs/service.yaml");
    /** Beside the settings: the SDK's, and those of the dead letters' bucket. */
    private static final Set<String> OTHERS = Set.of("AWS_REGION", "LETTERS_BUCKET");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([a-z.-]+)");

    // A copied file whose values the bridge refuses, or takes no notice of, works nowhere.
    @Test
    void theSettingsInTheFilesAreAcceptedByTheBridge() throws Exception {
        Map<String, String> configMap = new HashMap<>();
        yaml(KUBERNETES.resolve("configmap.yaml"))
                .path("data")
                .properties()
                .forEach(entry -> configMap.put(entry.getKey(), entry.getValue().asText()));
        accepted(configMap);
        Map<String, String> laptop = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("deploy/compose/example.env"))) {
            if (!line.startsWith("#") && !line.isBlank()) {
                laptop.put(line.split("=", 2)[0], line.split("=", 2)[1]);
            }
        }
        accepted(laptop);
        Set<String> names = new TreeSet<>();
        task().path("Environment").forEach(variable -> {
            JsonNode one = variable.has("Name") ? variable : variable.get(1);
            names.add(one.path("Name").asText());
        });
        assertThat(names).contains("KINESIS_STREAM", "EXTERNAL_ROLE_ARN", "EXTERNAL_ROLE_EXTERNAL_ID", "IOT_ENDPOINT");
        known(names);
    }

    // Killed in the middle of its drain, the bridge repeats what it had in flight at every deployment.
    @Test
    void eachGivesTheBridgeTimeToStop() throws Exception {
        var settings = new Properties();
        try (var file = Files.newInputStream(Path.of("config/application.properties"))) {
            settings.load(file);
        }
        int needed = Integer.parseInt(settings.getProperty("camel.main.shutdown-timeout"))
                + Integer.parseInt(settings.getProperty("camel.main.extra-shutdown-timeout"));
        assertThat(pod().path("terminationGracePeriodSeconds").asInt()).isGreaterThan(needed);
        assertThat(task().path("StopTimeout").asInt()).isGreaterThan(needed);
        assertThat(bridge().path("stop_grace_period").asText()).isEqualTo("45s");
    }

    // The image's user, port and folders are its contract; a file with others runs on nobody's cluster.
    @Test
    void theyRunTheImageAsItIsMade() throws Exception {
        String image = Files.readString(Path.of("Dockerfile"));
        assertThat(image).contains("10001:10001").contains("9876").contains("dead-letter");
        JsonNode pod = pod();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
        assertThat(task().path("User").asText()).isEqualTo("10001:10001");
        assertThat(pod.at("/containers/0/ports/0/containerPort").asInt()).isEqualTo(9876);
        assertThat(task().at("/PortMappings/0/ContainerPort").asInt()).isEqualTo(9876);
        // The same check as the image's own, word for word.
        List<String> check = new ArrayList<>();
        task().at("/HealthCheck/Command").forEach(word -> check.add(word.asText()));
        assertThat(image.replaceAll("[\",\\[\\]]", "")).contains(String.join(" ", check));
        for (JsonNode container : List.of(pod.at("/containers/0"), pod.at("/initContainers/0"))) {
            assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                    .isTrue();
            assertThat(container.at("/volumeMounts").findValuesAsText("mountPath"))
                    .containsExactlyInAnyOrder("/tmp", "/app/dead-letter");
        }
        assertThat(task().path("MountPoints").findValuesAsText("ContainerPath")).containsExactly("/tmp");
        assertThat(pod.at("/containers/0/livenessProbe/httpGet/path").asText()).isEqualTo("/observe/health/live");
        assertThat(pod.at("/containers/0/startupProbe/httpGet/path").asText()).isEqualTo("/observe/health/live");
        assertThat(pod.at("/containers/0/readinessProbe/httpGet/path").asText()).isEqualTo("/observe/health/ready");
    }

    // Several containers, and dead letters on a disk that ends with each of them: that is how records are lost.
    @Test
    void theImageForSeveralContainersStoresDeadLettersElsewhereAndAsksForWhatTheFilesGive() throws Exception {
        String dockerfile = Files.readString(Path.of("deploy/image/Dockerfile"));
        var copied = Pattern.compile("COPY (examples/\\S+) (routes/dead-letter\\.camel\\.yaml)")
                .matcher(dockerfile);
        assertThat(copied.find()).isTrue();
        var placeholder = PLACEHOLDER.matcher(Files.readString(Path.of(copied.group(1))));
        Set<String> given = new TreeSet<>();
        yaml(KUBERNETES.resolve("configmap.yaml")).path("data").fieldNames().forEachRemaining(given::add);
        while (placeholder.find()) {
            String variable = placeholder.group(1).replace('.', '_').toUpperCase(java.util.Locale.ROOT);
            if (!variable.equals("LETTERS_REGION") && !variable.equals("KINESIS_REGION")) {
                assertThat(given).contains(variable);
            }
        }
    }

    // A jar that the documents name and the image lacks, or one of another version, is a bridge that does not start.
    @Test
    void theImageForSeveralContainersHasTheJarsThatTheDocumentsName() throws Exception {
        String named = Files.readAllLines(Path.of("docs/operations.md")).stream()
                .filter(line -> line.startsWith("jars=") && line.contains("camel-aws2-s3"))
                .findFirst()
                .orElseThrow();
        var loop = Pattern.compile("for jar in ([^;]+);").matcher(Files.readString(Path.of("deploy/image/Dockerfile")));
        assertThat(loop.find()).isTrue();
        List<String> jars = new ArrayList<>();
        for (String jar : loop.group(1).replace("\\", " ").trim().split("\\s+")) {
            // As the Dockerfile finds it: with sed, so once and on a line of its own.
            String property = jar.startsWith("org.apache.camel:") ? "camel.version" : "awssdk.version";
            List<String> versions = Pattern.compile("<%1$s>(.*)</%1$s>".formatted(Pattern.quote(property)))
                    .matcher(Files.readString(Path.of("pom.xml")))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(versions).as(property).hasSize(1);
            jars.add(jar + ":" + versions.get(0));
        }
        assertThat(named).isEqualTo("jars=\"" + String.join(" ", jars) + "\"");
    }

    private static void accepted(Map<String, String> environment) throws Exception {
        known(environment.keySet());
        Map<String, String> seen = new HashMap<>(environment);
        // The SDK would find it in the process's own environment.
        seen.put("KINESIS_REGION", seen.remove("AWS_REGION"));
        var settings =
                SettingsReader.read(Path.of("config/application.properties"), seen, new Properties(), Machine.real());
        assertThat(settings.warnings()).isEmpty();
    }

    private static void known(Set<String> names) {
        assertThat(names).allSatisfy(name -> assertThat(OTHERS.contains(name)
                        || Arrays.stream(Key.values())
                                .anyMatch(key -> key.environmentVariable().equals(name)))
                .as(name)
                .isTrue());
    }

    private static JsonNode pod() throws IOException {
        return yaml(KUBERNETES.resolve("deployment.yaml")).at("/spec/template/spec");
    }

    private static JsonNode task() throws IOException {
        return yaml(ECS).at("/Resources/Task/Properties/ContainerDefinitions/0");
    }

    private static JsonNode bridge() throws IOException {
        return yaml(Path.of("deploy/compose/compose.yaml")).at("/services/bridge");
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }
}
