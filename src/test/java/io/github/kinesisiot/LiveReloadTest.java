package io.github.kinesisiot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/routes.md says of live reload, which is Camel's. */
class LiveReloadTest {

    @TempDir
    Path home;

    // The page would recommend what does not work, or what it warns of has long been mended.
    @Test
    void aGoodEditIsInForceAndABadOneLeavesNoRoute() throws Exception {
        var settings = Map.of(
                "ingest.rule", "before",
                "camel.main.routes-reload-enabled", "true",
                "camel.main.routes-reload-directory", home.resolve("routes").toString(),
                "camel.main.routes-reload-pattern", "*.camel.yaml");
        Path file = home.resolve("routes/kinesis-to-iot.camel.yaml");
        try (var bridge = ExampleBridge.start(home, "basic-ingest", settings)) {
            String shipped = Files.readString(file);
            assertThat(topic(bridge)).isEqualTo("$aws/rules/before/kinesis/d1");
            Files.writeString(file, shipped.replace("{{ingest.rule}}", "after"));
            await().pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(topic(bridge)).isEqualTo("$aws/rules/after/kinesis/d1"));
            assertThat(bridge.routes()).contains("assume-role", "dead-letter", "kinesis-to-iot");
            Files.writeString(file, shipped.replace("setHeader:", "setHaeder:"));
            await().pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(bridge.routes()).doesNotContain("kinesis-to-iot"));
        }
    }

    private static String topic(ExampleBridge bridge) throws Exception {
        Exchange ended = bridge.attempt("d1", "1", "{}");
        assertThat(ended.getException()).isNull();
        var published = bridge.broker("kinesis").getExchanges();
        return published
                .get(published.size() - 1)
                .getMessage()
                .getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, String.class);
    }
}
