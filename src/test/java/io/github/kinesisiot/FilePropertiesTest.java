package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePropertiesTest {

    @TempDir
    Path home;

    // Camel reads the file for itself: its settings and those of users' routes were lost or spoilt where ours were not.
    @Test
    void camelAndTheRoutesSeeTheFileAsItWasChecked() throws Exception {
        Path file = Files.createDirectory(home.resolve("config")).resolve("application.properties");
        Files.createDirectory(home.resolve("routes"));
        Files.writeString(file, """
                \uFEFFcamel.main.name=first
                camel.main.shutdown-timeout=7\s
                camel.management.enabled=false
                my.name=Müller
                iot.qos=0
                """);
        Settings settings = SettingsReader.read(
                file,
                Map.of(
                        "KINESIS_STREAM", "readings",
                        "KINESIS_REGION", "eu-west-1",
                        "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
                        "IOT_ENDPOINT", "127.0.0.1:9",
                        "IOT_REGION", "eu-west-1",
                        "IOT_QOS", "1"),
                new Properties(),
                Machine.real());
        Main main = BridgeMain.of(home, settings);
        try {
            main.init();
            var camel = main.getCamelContext();
            assertThat(camel.getName()).isEqualTo("first");
            assertThat(main.configure().getShutdownTimeout()).isEqualTo(7);
            assertThat(camel.resolvePropertyPlaceholders("{{my.name}}")).isEqualTo("Müller");
            assertThat(camel.resolvePropertyPlaceholders("{{iot.qos}}"))
                    .as("the environment wins")
                    .isEqualTo("1");
        } finally {
            main.shutdown();
        }
    }
}
