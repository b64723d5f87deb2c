package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the local cloud keeps its files: {@code target/local-cloud}, found from the classes themselves, so that it does not depend on
 * the working directory. Each cloud has a directory of its own below {@code run}, for its logs and certificates.
 */
public final class Workspace {
    private static final AtomicInteger CLOUDS = new AtomicInteger();

    private Workspace() {}

    public static Path root() {
        return directory(target().resolve("local-cloud"));
    }

    static Path newRun() {
        return directory(root().resolve("run").resolve(ProcessHandle.current().pid() + "-" + CLOUDS.incrementAndGet()));
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
