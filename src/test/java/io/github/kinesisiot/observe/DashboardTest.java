package io.github.kinesisiot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard has the shape that Grafana imports. */
class DashboardTest {

    private static final int WIDTH = 24;
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");

    private final JsonNode dashboard = Monitoring.dashboard();
    private final List<JsonNode> panels = Monitoring.list(dashboard.path("panels"));

    // A dashboard that names somebody's data source shows nothing in anybody else's Grafana.
    @Test
    void theDataSourceIsChosenAtTheImport() {
        List<JsonNode> variables = Monitoring.list(dashboard.at("/templating/list"));
        assertThat(variables.get(0).path("type").asText()).isEqualTo("datasource");
        assertThat(variables.get(0).path("query").asText()).isEqualTo("prometheus");
        assertThat(dashboard.path("id").isNull()).isTrue();
        List<JsonNode> sources = dashboard.findValues("datasource");
        assertThat(sources).hasSizeGreaterThan(panels.size()).allSatisfy(source -> {
            assertThat(source.path("type").asText()).isEqualTo("prometheus");
            assertThat(source.path("uid").asText()).isEqualTo("${datasource}");
        });
        Set<String> known = new HashSet<>(Set.of("__rate_interval", "__all"));
        variables.forEach(variable -> known.add(variable.path("name").asText()));
        VARIABLE.matcher(dashboard.toString()).results().forEach(use -> assertThat(known)
                .contains(use.group(1)));
    }

    // Grafana moves panels that overlap, and drops one of two with the same id.
    @Test
    void panelsHavePlacesAndIdsOfTheirOwn() {
        assertThat(dashboard.path("schemaVersion").asInt()).isBetween(36, 42);
        assertThat(dashboard.path("uid").asText()).isEqualTo("kinesis-iot-bridge");
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : panels) {
            JsonNode place = panel.path("gridPos");
            String title = panel.path("title").asText();
            assertThat(place.path("x").asInt() + place.path("w").asInt())
                    .as(title)
                    .isBetween(1, WIDTH);
            for (int x = place.path("x").asInt();
                    x < place.path("x").asInt() + place.path("w").asInt();
                    x++) {
                for (int y = place.path("y").asInt();
                        y < place.path("y").asInt() + place.path("h").asInt();
                        y++) {
                    assertThat(taken.add(x + "," + y)).as(title).isTrue();
                }
            }
        }
    }

    // A panel without a unit shows seconds as a bare number; one without a description leaves its reader to guess.
    @Test
    void eachPanelHasAQueryAUnitAndADescription() {
        List<JsonNode> charts = new ArrayList<>(panels);
        charts.removeIf(panel -> panel.path("type").asText().equals("row"));
        assertThat(charts).hasSizeGreaterThan(20).allSatisfy(panel -> {
            assertThat(panel.path("type").asText()).isIn("timeseries", "stat", "heatmap");
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText()).isNotBlank();
            assertThat(panel.findValuesAsText("unit")).isNotEmpty();
            List<JsonNode> targets = Monitoring.list(panel.path("targets"));
            assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(
                            target.path("expr").asText())
                    .isNotBlank());
            assertThat(targets)
                    .extracting(target -> target.path("refId").asText())
                    .doesNotHaveDuplicates();
        });
    }
}
