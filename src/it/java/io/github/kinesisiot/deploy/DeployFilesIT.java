package io.github.kinesisiot.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.kinesisiot.cloud.DeployJudge;
import io.github.kinesisiot.cloud.PolicyJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of {@code deploy/} by the descriptions of those who will read them. */
class DeployFilesIT {

    private static final Path KUBERNETES = Path.of("deploy/kubernetes");
    private static final Path COMPOSE = Path.of("deploy/compose/compose.yaml");
    private static final Path ECS = Path.of("deploy/ecs/service.yaml");
    /** Properties that are younger than the linter, as it names them. */
    private static final List<String> YOUNGER =
            List.of("StopTimeout is not a valid property of AWS::ECS::TaskDefinition.ContainerDefinition");

    private static final DeployJudge JUDGE = new DeployJudge();
    private static final PolicyJudge TEMPLATES = new PolicyJudge();

    @TempDir
    Path copies;

    // Kubernetes drops a field it does not know without a word, and with it the grace period or the volume. And a judge
    // that finds nothing in any file finds every file good. One question for all: each costs a run of the compiler.
    @Test
    void theKubernetesObjectsAreWhatTheirKindsAllowAndEachSlipIsFound() throws Exception {
        List<Path> good = objects();
        List<Path> slips = List.of(
                slip("deployment.yaml", "terminationGracePeriodSeconds:", "terminationGraceSeconds:"),
                slip("deployment.yaml", "periodSeconds: 10", "periodSeconds: [10]"),
                slip("scaledobject.yaml", "maxReplicaCount:", "maxReplicas:"),
                slip("serviceaccount.yaml", "kind: ServiceAccount", "kind: ServiceAcount"));
        List<Path> all = new ArrayList<>(good);
        all.addAll(slips);
        List<String> wrong = JUDGE.kubernetes(all);
        assertThat(wrong).as("about the files as they are").noneMatch(about(good));
        assertThat(slips)
                .allSatisfy(slip -> assertThat(wrong).as(slip.toString()).anyMatch(about(List.of(slip))));
        assertThat(wrong).as("about no file").allMatch(about(all));
    }

    // An object that nobody applies, or a name in the list that is no file.
    @Test
    void kustomizeIsToldOfEachFile() throws Exception {
        JsonNode kustomization = yaml(KUBERNETES.resolve("kustomization.yaml"));
        List<String> listed = new ArrayList<>();
        kustomization.path("resources").forEach(name -> listed.add(name.asText()));
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(objects().stream()
                        .map(file -> file.getFileName().toString())
                        .toList());
        assertThat(kustomization.path("namespace").asText())
                .isEqualTo(yaml(KUBERNETES.resolve("namespace.yaml"))
                        .at("/metadata/name")
                        .asText());
        String image = kustomization.at("/images/0/name").asText();
        JsonNode pod = yaml(KUBERNETES.resolve("deployment.yaml")).at("/spec/template/spec");
        assertThat(pod.at("/containers/0/image").asText()).isEqualTo(image);
        assertThat(pod.at("/initContainers/0/image").asText()).isEqualTo(image);
    }

    // Compose ends with one line of its own language in front of a person who has just cloned this.
    @Test
    void theComposeFileIsValidAndWhatItMountsIsThere() throws Exception {
        assertThat(JUDGE.compose(COMPOSE)).isEmpty();
        assertThat(JUDGE.compose(copy(COMPOSE, "mem_limit:", "memlimit:"))).isNotEmpty();
        assertThat(JUDGE.compose(copy(COMPOSE, "read_only: true", "read_only: [true]")))
                .isNotEmpty();
        List<String> missing = new ArrayList<>();
        for (JsonNode service : yaml(COMPOSE).path("services")) {
            for (JsonNode volume : service.path("volumes")) {
                String source = volume.asText().split(":")[0];
                if (source.startsWith(".") && Files.notExists(COMPOSE.resolveSibling(source))) {
                    missing.add(source);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    // What CloudFormation refuses ends in a rollback in the user's account.
    @Test
    void theServiceIsValidCloudFormation() throws Exception {
        assertThat(lint(ECS)).isEmpty();
        assertThat(lint(copy(ECS, "RequiresCompatibilities:", "RequiredCompatibilities:")))
                .isNotEmpty();
        assertThat(lint(copy(ECS, "!GetAtt ExecutionRole.Arn", "!GetAtt ExecutionRol.Arn")))
                .isNotEmpty();
    }

    private static List<String> lint(Path template) {
        Map<String, String> given = Map.of(
                "Image", "registry/bridge-s3:1",
                "Cluster", "main",
                "Subnets", "subnet-1",
                "SecurityGroups", "sg-1",
                "TaskRoleArn", "arn:aws:iam::111111111111:role/bridge",
                "KinesisStream", "readings",
                "KinesisApplication", "readings-iot-bridge",
                "ExternalRoleArn", "arn:aws:iam::222222222222:role/bridge",
                "IotEndpoint", "abc-ats.iot.eu-west-1.amazonaws.com");
        return TEMPLATES.template(template, given).errors().stream()
                .filter(error -> YOUNGER.stream().noneMatch(error::contains))
                .toList();
    }

    private static Predicate<String> about(List<Path> files) {
        return wrong -> files.stream().anyMatch(file -> wrong.startsWith(file.toAbsolutePath() + ": "));
    }

    private Path slip(String file, String good, String slip) throws IOException {
        String text = Files.readString(KUBERNETES.resolve(file));
        assertThat(text).contains(good);
        return Files.writeString(Files.createTempFile(copies, "", file), text.replace(good, slip));
    }

    private Path copy(Path file, String good, String slip) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(good);
        return Files.writeString(copies.resolve(file.getFileName()), text.replace(good, slip));
    }

    private static List<Path> objects() throws IOException {
        try (var files = Files.list(KUBERNETES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }
}
