package io.github.kinesisiot.image;

import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ManagementPort;
import io.github.kinesisiot.cloud.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bridge in a container, as locked up as the manual says it can be: read-only root, no capabilities, no new privileges, 512 MiB. On the host's
 * network, where the local cloud is. Gone with {@link #close()}; what a killed check leaves behind, its script removes by the label.
 */
final class Container implements AutoCloseable {
    static final String IMAGE = System.getProperty("bridge.image", "localhost/kinesis-iot-bridge:check");

    private static final List<String> FLAGS = List.of(
            "--pull=never",
            "--label=kinesis-iot-bridge.check=1",
            "--network=host",
            "--read-only",
            "--tmpfs=/tmp",
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            "--memory=512m",
            // Without these two the runtime asks for limits that only a privileged host may set.
            "--ulimit=nofile=1024:1024",
            "--ulimit=nproc=1000:1000");

    private final String id;
    private final ManagementPort management;
    private final long pid;

    private Container(String id, int port) {
        this.id = id;
        this.management = new ManagementPort(port);
        this.pid = Long.parseLong(inspect("{{.State.Pid}}"));
    }

    /** @param more flags of podman */
    static Container start(LocalCloud cloud, Map<String, String> settings, String... more) {
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of("run", "--detach"));
        command.addAll(FLAGS);
        command.addAll(List.of(more));
        command.add("--volume=" + cloud.caFile() + ":/trusted.pem:ro");
        cloud.environment().forEach((name, value) -> command.add("--env=" + name + "=" + value));
        command.add("--env=IOT_CA_FILE=/trusted.pem");
        command.add("--env=CAMEL_MANAGEMENT_PORT=" + port);
        settings.forEach((name, value) -> command.add("--env=" + name + "=" + value));
        command.add(IMAGE);
        return new Container(Podman.output(command.toArray(String[]::new)), port);
    }

    /** To its end, with these arguments. */
    static Podman.Result run(List<String> more, String... arguments) {
        return runOf(IMAGE, more, arguments);
    }

    /** The same with another image. */
    static Podman.Result runOf(String image, List<String> more, String... arguments) {
        List<String> command = new ArrayList<>(List.of("run", "--rm"));
        command.addAll(FLAGS);
        command.addAll(more);
        command.add(image);
        command.addAll(Arrays.asList(arguments));
        return Podman.run(command);
    }

    boolean ready() {
        return management.ready();
    }

    /** Throws when it has ended by itself. Costs the machine nothing, so it can be asked while a start is measured. */
    void check() {
        if (!Files.exists(proc())) {
            throw new IllegalStateException(
                    "the container is " + inspect("{{.State.Status}} {{.State.ExitCode}}") + ": " + log());
        }
    }

    String inspect(String format) {
        return Podman.output("inspect", "--format", format, id);
    }

    /** Runs the image's HEALTHCHECK once. */
    boolean healthy() {
        return Podman.run(List.of("healthcheck", "run", id)).code() == 0;
    }

    /** When its process began. */
    Instant startedAt() {
        return Instant.ofEpochMilli(Long.parseLong(inspect("{{.State.StartedAt.UnixMilli}}")));
    }

    /** A line of /proc/PID/status. */
    String status(String name) {
        try (var lines = Files.lines(proc().resolve("status"))) {
            Optional<String> line =
                    lines.filter(each -> each.startsWith(name + ":")).findFirst();
            return line.orElseThrow().substring(name.length() + 1).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc() {
        return Path.of("/proc", Long.toString(pid));
    }

    String log() {
        return Podman.output("logs", id);
    }

    /** SIGTERM, and SIGKILL after 30 s. */
    int stop() {
        Podman.output("stop", "--time", "30", id);
        return Integer.parseInt(inspect("{{.State.ExitCode}}"));
    }

    @Override
    public void close() {
        Podman.run(List.of("rm", "--force", "--volumes", "--time", "5", id));
    }
}
