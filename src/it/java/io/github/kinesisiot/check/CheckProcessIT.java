package io.github.kinesisiot.check;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.GateConnection;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.time.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check as it is shipped: a process, its environment, its two streams and its exit code. */
class CheckProcessIT {

    private static LocalCloud cloud;

    @TempDir
    Path directory;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults().shards(1));
    }

    @AfterAll
    static void stopCloud() {
        cloud.close();
    }

    // One line of a library's log on the stream, and no machine can read the document.
    @Test
    void theDocumentIsAllThereIsOnTheStreams() throws Exception {
        Ended ended = check(cloud.environment(), "--json", "--publish", "kinesis/check");
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        var parser = new ObjectMapper().createParser(ended.out());
        assertThat(parser.readValueAsTree().get("version").toString()).isEqualTo("1");
        assertThat(parser.nextToken()).isNull();
    }

    // Paho, Netty and the SDK are loud where something fails.
    @Test
    void failuresOfLibrariesAreNotMixedIntoTheReport() throws Exception {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.remove("IOT_CA_FILE");
        settings.put("AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:9");
        Ended ended = check(settings);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .containsPattern("(?m)^FAILED +stream")
                .containsPattern("(?m)^FAILED +iot-tls")
                .containsPattern("(?m)^ok +assume-role")
                .contains("2 steps failed")
                .doesNotContain("\tat ", "WARN", "INFO", "ERROR", "SLF4J");
    }

    @Test
    void refusedSettingsAreExitCodeTwo() throws Exception {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("IOT_QOS", "3");
        Ended ended = check(settings, "--offline");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).contains("iot.qos (environment variable IOT_QOS)");
    }

    // A check that throws the running bridge off its connections would be the fault it looks for.
    @Test
    void aRunningBridgeKeepsItsConnectionsItsLeaseAndItsPort() throws Exception {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("IOT_CONNECTIONS", "2");
        try (var bridge = BridgeProcess.start(settings, directory)) {
            await().until(() -> {
                bridge.check();
                return bridge.ready() && cloud.iot().live().size() == 2;
            });
            List<Long> before = connections();
            Ended ended = check(settings);
            assertThat(ended.exitCode()).as(ended.out()).isZero();
            assertThat(ended.out()).contains("table readings-iot-bridge, ACTIVE");
            await().until(() -> connections().equals(before));
            bridge.check();
            assertThat(bridge.ready()).isTrue();
            assertThat(bridge.stop()).contains(143);
        }
    }

    private static List<Long> connections() {
        return cloud.iot().live().stream().map(GateConnection::id).sorted().toList();
    }

    private Ended check(Map<String, String> settings, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-jar",
                Path.of("target", "kinesis-iot-bridge.jar").toString(),
                "check"));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        ChildProcess.dropOwn(builder.environment());
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA_") || name.startsWith("JDK_"));
        builder.environment().putAll(settings);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(Patience.LONG.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }
}
