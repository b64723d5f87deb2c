package io.github.kinesisiot.cloud.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The benchmark itself still runs; nothing here is about speed. */
class SinkBenchIT {

    // A benchmark that nobody can run any more, or that counts refused publishes.
    @Test
    void aTinyRoundThroughTheGateFillsTheTable() throws Exception {
        List<Kind> kinds = List.of(Kind.BRIDGE, Kind.CRT);
        var text = new ByteArrayOutputStream();
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults().only(Part.STS, Part.IOT));
                Contenders contenders = Contenders.start(kinds, cloud.directory())) {
            cloud.iot().countPublishes();
            contenders.connect(kinds, Target.gate(cloud));
            Map<Kind, List<Measurement>> seen = contenders.rounds(kinds, 1, Duration.ofMillis(100));
            assertThat(seen.values())
                    .allSatisfy(rounds -> assertThat(rounds).singleElement().satisfies(m -> assertThat(m.records())
                            .isPositive()));
            assertThat(cloud.iot().busiest(Duration.ofSeconds(1))).isPositive();
            new Report(new PrintStream(text, true, StandardCharsets.UTF_8)).clients("tiny", seen, Map.of());
        }
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("| **this sink**", "| AWS IoT Device SDK")
                .doesNotContain("failed");
    }
}
