package io.github.kinesisiot.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFilesTest {

    /** What the YAML DSL nests that is a node of a route, and so has an id in logs, metrics and editors. */
    private static final Set<String> NODES = Set.of(
            "route",
            "routeConfiguration",
            "from",
            "onException",
            "to",
            "toD",
            "process",
            "bean",
            "setHeader",
            "setBody",
            "choice",
            "filter",
            "log",
            "setProperty",
            "removeHeaders",
            "validate",
            "split",
            "idempotentConsumer",
            "throwException");

    // The DSL ignores what its schema refuses, or fails on a user's machine with a position and no reason.
    @ParameterizedTest
    @MethodSource("files")
    void eachFileIsValidByTheSchemaOfTheYamlDsl(Path file) throws Exception {
        assertThat(schema().validate(new YAMLMapper().readTree(file.toFile()))).isEmpty();
    }

    // A schema that is empty, or read by another draft, finds every file valid.
    @ParameterizedTest
    @ValueSource(strings = {"routeConfigurationid: bridge-errors", "autoStartup: [true]"})
    void theSchemaRefusesAFileWithASlip(String slip) throws Exception {
        String shipped = Files.readString(Path.of("routes/assume-role.camel.yaml"));
        String broken = shipped.replaceFirst("    startupOrder: 1\n", "    " + slip + "\n");
        assertThat(broken).isNotEqualTo(shipped);
        assertThat(schema().validate(new YAMLMapper().readTree(broken))).isNotEmpty();
    }

    // A node without an id is 'to7' in a log, and another number after the next edit.
    @ParameterizedTest
    @MethodSource("files")
    void eachNodeHasAnIdAndADescription(Path file) throws Exception {
        List<String> bare = new ArrayList<>();
        visit(new YAMLMapper().readTree(file.toFile()), (name, node) -> {
            if (!node.hasNonNull("id") || !node.hasNonNull("description")) {
                bare.add(name + " "
                        + node.toString()
                                .substring(0, Math.min(80, node.toString().length())));
            }
        });
        assertThat(bare).isEmpty();
    }

    // With two nodes of one id Camel drops one of the routes, or refuses to start.
    @Test
    void noIdIsUsedTwice() throws Exception {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        for (Path file : files("routes")) {
            visit(new YAMLMapper().readTree(file.toFile()), (name, node) -> {
                if (!seen.add(node.path("id").asText())) {
                    twice.add(node.path("id").asText());
                }
            });
        }
        assertThat(twice).isEmpty();
    }

    static List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>(files("routes"));
        all.addAll(files("examples"));
        return all;
    }

    private static List<Path> files(String folder) throws IOException {
        try (var files = Files.list(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream schema = RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                    .getSchema(new ObjectMapper().readTree(schema));
        }
    }

    private interface Visitor {
        void node(String name, JsonNode node);
    }

    private static void visit(JsonNode tree, Visitor visitor) {
        if (tree.isObject()) {
            tree.properties().forEach(field -> {
                if (NODES.contains(field.getKey()) && field.getValue().isObject()) {
                    visitor.node(field.getKey(), field.getValue());
                }
            });
        }
        tree.forEach(child -> visit(child, visitor));
    }
}
