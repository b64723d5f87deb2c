package io.github.kinesisiot.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.kinesisiot.cloud.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The files of {@code config/prometheus} and {@code config/grafana}, as tests look at them. */
final class Monitoring {

    static final Path ALERTS = Path.of("config/prometheus/alerts.yaml");
    static final Path SCRAPE = Path.of("config/prometheus/prometheus.yaml");
    static final Path DASHBOARD = Path.of("config/grafana/dashboard.json");

    private static final Pattern METRIC = Pattern.compile("\\b(?:bridge|jvm|process|system)_[a-z_]+\\b");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    private Monitoring() {}

    static List<JsonNode> alerts() {
        return list(read(YAML, ALERTS).path("groups").path(0).path("rules"));
    }

    static JsonNode yaml(Path file) {
        return read(YAML, file);
    }

    static JsonNode dashboard() {
        return read(JSON, DASHBOARD);
    }

    /** Every expression of the dashboard: of its panels and of its annotations. */
    static List<String> expressions() {
        List<String> expressions = new ArrayList<>(dashboard().findValuesAsText("expr"));
        dashboard().path("templating").path("list").findValuesAsText("definition").stream()
                .map(query -> query.replaceAll("label_values\\((.*), *\\w+\\)", "$1"))
                .forEach(expressions::add);
        return expressions;
    }

    /** The metrics that an expression names. */
    static Set<String> metrics(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(expression.replaceAll("\"[^\"]*\"", ""));
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** What promtool says, and whether it is content. */
    record Verdict(int exitCode, String output) {}

    static Verdict promtool(String input, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Programs.prometheus("promtool").toString()));
        command.addAll(List.of(arguments));
        try {
            Path given = Files.writeString(Files.createTempFile("promtool", ".txt"), input);
            Process process = new ProcessBuilder(command)
                    .redirectInput(given.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            Files.delete(given);
            return new Verdict(exitCode, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
