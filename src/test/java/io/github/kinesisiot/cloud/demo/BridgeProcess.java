package io.github.kinesisiot.cloud.demo;

import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.Workspace;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bridge as it runs in production, in a process of its own: its own class path, the shipped routes/ and config/, settings by environment. */
final class BridgeProcess implements AutoCloseable {
    /** Longer than the bridge takes to settle what is in flight when it is told to end. */
    private static final Duration GRACE = Duration.ofSeconds(35);

    private final ChildProcess process;
    private final ManagementPort management;

    private BridgeProcess(ChildProcess process, ManagementPort management) {
        this.process = process;
        this.management = management;
    }

    /** @param directory where its log and its dead letters go */
    static BridgeProcess start(Map<String, String> cloud, Path directory) {
        Path target = Workspace.target();
        if (!Files.isDirectory(target.resolve("lib"))) {
            throw new IllegalStateException(
                    target.resolve("lib") + " is missing: build first, with mvn package or ./bridge demo");
        }
        int managementPort = freePort();
        Map<String, String> environment = new HashMap<>(cloud);
        environment.put("CAMEL_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.put(
                "DEAD_LETTER_DIRECTORY", directory.resolve("dead-letter").toString());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                target.resolve("classes") + File.pathSeparator + target.resolve("lib") + File.separator + "*",
                "io.github.kinesisiot.Bridge",
                "run");
        ChildProcess process = ChildProcess.start(
                "bridge", directory.resolve("bridge.log"), target.getParent(), environment, GRACE, command);
        return new BridgeProcess(process, new ManagementPort(managementPort));
    }

    Optional<ManagementPort.Figures> figures() {
        return management.figures();
    }

    boolean ready() {
        return management.ready();
    }

    /** Throws when it has ended by itself. */
    void check() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the bridge has ended with code "
                    + process.awaitExit(Duration.ZERO).map(String::valueOf).orElse("?") + ": " + process.lastWords());
        }
    }

    String lastWords() {
        return process.lastWords();
    }

    /** SIGTERM, and the exit code once it has settled what was in flight. */
    Optional<Integer> stop() {
        process.terminate();
        return process.awaitExit(GRACE.plusSeconds(3));
    }

    @Override
    public void close() {
        process.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
