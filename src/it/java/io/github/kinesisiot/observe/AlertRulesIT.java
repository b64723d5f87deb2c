package io.github.kinesisiot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alert rules, by Prometheus' own tool. */
class AlertRulesIT {

    private static final Path CASES = Path.of("src/it/resources/prometheus/alerts.yaml");

    // A rule file that Prometheus refuses leaves it without any alert.
    @Test
    void prometheusTakesTheRulesAndTheExampleConfiguration() {
        assertThat(Monitoring.promtool("", "check", "rules", Monitoring.ALERTS.toString()))
                .satisfies(verdict ->
                        assertThat(verdict.exitCode()).as(verdict.output()).isZero());
        assertThat(Monitoring.promtool("", "check", "config", Monitoring.SCRAPE.toString()))
                .satisfies(verdict ->
                        assertThat(verdict.exitCode()).as(verdict.output()).isZero());
    }

    // An alert that cannot fire is not missed until it is needed; one that does not clear is switched off by hand.
    @Test
    void eachAlertFiresAndClears() {
        Monitoring.Verdict verdict = Monitoring.promtool("", "test", "rules", CASES.toString());
        assertThat(verdict.exitCode()).as(verdict.output()).isZero();

        Map<String, List<JsonNode>> cases = Monitoring.list(
                        Monitoring.yaml(CASES).path("tests"))
                .stream()
                .collect(Collectors.groupingBy(test -> test.path("name").asText()));
        assertThat(cases.keySet()).isEqualTo(names());
        assertThat(cases).allSatisfy((name, tests) -> {
            List<JsonNode> looks = Monitoring.list(tests.get(0).path("promql_expr_test"));
            assertThat(looks)
                    .allSatisfy(look -> assertThat(look.path("expr").asText()).contains('"' + name + '"'));
            assertThat(looks.get(0).path("exp_samples")).as("silent at first").isEmpty();
            assertThat(looks)
                    .anySatisfy(look ->
                            assertThat(look.path("exp_samples")).as("fires").isNotEmpty());
            assertThat(looks.get(looks.size() - 1).path("exp_samples"))
                    .as("cleared at last")
                    .isEmpty();
        });
    }

    // Whoever is woken by an alert needs to be told what it means and what to do.
    @Test
    void eachAlertSaysWhatToDoAndWhereMoreIsWritten() throws IOException {
        Set<String> headings = Pattern.compile("(?m)^#### (Bridge\\w+)$")
                .matcher(Files.readString(Path.of("docs/operations.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(headings).isEqualTo(names());
        assertThat(Monitoring.alerts()).allSatisfy(alert -> {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
            assertThat(alert.at("/annotations/description").asText()).hasSizeGreaterThan(80);
            assertThat(alert.at("/labels/severity").asText()).isIn("page", "ticket");
            assertThat(alert.at("/annotations/runbook_url").asText())
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
        });
    }

    private static Set<String> names() {
        return Monitoring.alerts().stream()
                .map(alert -> alert.path("alert").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
