package io.github.kinesisiot.cloud.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The benchmark itself still runs, and the sink keeps to its quota; nothing here is about speed. */
@Tag("long")
@Tag("alone")
class SinkBenchIT {

    private static final Pattern BUSIEST = Pattern.compile("of one connection at most (\\d+) in any second");

    /** A client of somebody else's may starve on a busy machine, and then some of its publishes fail. */
    private static final Predicate<String> OURS =
            Pattern.compile("\\*\\*(this sink|the whole bridge)\\*\\*").asPredicate();

    // A benchmark that nobody can run any more, a row that is missing, one of ours that counts refused publishes, or a
    // burst that AWS would cut off.
    @Test
    void aQuickRunFillsEveryRowAndNoConnectionBringsMoreThanItsQuotaInAnySecond() throws Exception {
        var text = new ByteArrayOutputStream();
        try (LocalCloud cloud = LocalCloud.start()) {
            new SinkBench(cloud, SinkBench.Plan.QUICK).run().print(new PrintStream(text, true, StandardCharsets.UTF_8));
        }
        String report = text.toString(StandardCharsets.UTF_8);
        for (Road road : Road.values()) {
            String table = report.substring(report.indexOf("| round trip " + road.title()));
            assertThat(table.split("\n\n", 2)[0].lines())
                    .as(road.title())
                    .hasSize(2 + 5 + (road.tls() ? 1 : 0))
                    .filteredOn(OURS)
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("NaN") || line.contains("∞") || line.contains("| 0 ("));
        }
        assertThat(report)
                .contains("settings as shipped", "into the Kinesis emulator", "in any five seconds", "| goal |");
        assertThat(report.lines().filter(OURS)).noneMatch(line -> line.contains(" failed |"));
        Matcher busiest = BUSIEST.matcher(report);
        assertThat(busiest.find()).as(report).isTrue();
        assertThat(Integer.parseInt(busiest.group(1)))
                .as("of one connection in any second, as they arrive")
                .isBetween(1, 100);
    }
}
