package io.github.kinesisiot.cloud.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The benchmark itself still runs; nothing here is about speed. */
class SinkBenchIT {

    // A benchmark that nobody can run any more, a row that is missing, or one that counts refused publishes.
    @Test
    void aQuickRunFillsEveryRow() throws Exception {
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
                    .noneMatch(line -> line.contains("NaN") || line.contains("∞") || line.contains("| 0 ("));
        }
        assertThat(report)
                .contains("settings as shipped", "into the Kinesis emulator", "in any five seconds", "| goal |")
                .doesNotContain(" failed |");
    }
}
