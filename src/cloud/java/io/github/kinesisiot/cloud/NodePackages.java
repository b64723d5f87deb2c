package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * npm packages that tests need, such as the emulators, installed once per lock file. Several processes and threads may ask at the same time: one installs,
 * the others wait. An installation that was interrupted is made anew.
 */
final class NodePackages {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Object ONE_AT_A_TIME = new Object();

    private NodePackages() {}

    /** Those of the emulators. */
    static Path emulators() {
        return install("");
    }

    /** The one of the emulator of Kinesis for many records. */
    static Path lasting() {
        return install("lasting/");
    }

    /** The one of the emulator of SQS and S3. */
    static Path stores() {
        return install("stores/");
    }

    /** Those that judge policies and templates. */
    static Path policies() {
        return install("policies/");
    }

    /** What tells how accessible a page is. */
    static Path accessibility() {
        return install("accessibility/");
    }

    /** Those that judge the files of {@code deploy/}. */
    static Path deploy() {
        return install("deploy/");
    }

    /**
     * @param folder where the lock file is, beside the local cloud's classes
     * @return the directory that holds {@code node_modules}
     */
    private static Path install(String folder) {
        byte[] lockFile = Resources.bytes(folder + "package-lock.json");
        CRC32 crc = new CRC32();
        crc.update(lockFile);
        Path cache = Workspace.cache();
        Path directory = cache.resolve("npm-" + Long.toHexString(crc.getValue()));
        Path complete = directory.resolve("complete");
        // A file lock is held by the whole JVM, so threads need a lock of their own.
        synchronized (ONE_AT_A_TIME) {
            if (Files.exists(complete)) {
                return directory;
            }
            try (FileChannel channel = FileChannel.open(
                            cache.resolve("npm.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.exists(complete)) {
                    Files.createDirectories(directory);
                    Files.write(directory.resolve("package-lock.json"), lockFile);
                    Files.write(directory.resolve("package.json"), Resources.bytes(folder + "package.json"));
                    npmCi(directory);
                    Files.createFile(complete);
                }
                return directory;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void npmCi(Path directory) {
        // The packages ship what they need ready built, so none of their install scripts has to run.
        List<String> command = List.of(
                Programs.npm().toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        try (ChildProcess npm = ChildProcess.start(
                "npm", directory.resolve("npm.log"), directory, Map.of(), Duration.ofSeconds(5), command)) {
            Optional<Integer> code = npm.awaitExit(LIMIT);
            if (code.isEmpty()) {
                throw new IllegalStateException(
                        "npm ci did not end within " + LIMIT.toMinutes() + " min: " + npm.lastWords());
            }
            if (code.get() != 0) {
                throw new IllegalStateException("npm ci failed with code " + code.get() + ": " + npm.lastWords());
            }
        }
    }
}
