package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the local cloud keeps its files: {@code target/local-cloud}, found from the classes themselves, so that it does not depend on
 * the working directory. Each cloud has a directory of its own below {@code run}, for its logs.
 */
public final class Workspace {
    private Workspace() {}

    public static Path root() {
        return directory(target().resolve("local-cloud"));
    }

    /** A directory that was not there before: process numbers come again, in containers soon. */
    static Path newRun() {
        try {
            return Files.createTempDirectory(
                    directory(root().resolve("run")), ProcessHandle.current().pid() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is fetched once for all checkouts and outlives {@code mvn clean}: {@code kinesis-iot-bridge} in {@code $XDG_CACHE_HOME}, or in
     * {@code ~/.cache}; the workspace itself where neither can be written.
     */
    static Path cache() {
        String given = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches = given.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(given);
        try {
            return Files.createDirectories(caches.resolve("kinesis-iot-bridge"));
        } catch (IOException e) {
            return root();
        }
    }

    /** The build folder. */
    public static Path target() {
        try {
            Path classes = Path.of(Workspace.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
