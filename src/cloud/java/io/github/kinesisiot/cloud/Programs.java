package io.github.kinesisiot.cloud;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs of this machine that the local cloud starts. Thread-safe. */
public final class Programs {
    private static final int OLDEST_NODE = 18;
    private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*");
    private static Path node;

    private Programs() {}

    /** The program on the PATH, or in the places where daemons live, which are not on every user's PATH. */
    public static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        Stream.of(path.split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Path mosquitto() {
        return find("mosquitto")
                .orElseThrow(() -> new MissingProgramException(
                        "The local cloud needs the MQTT broker mosquitto, which is not installed:"
                                + " apt-get install mosquitto (or your system's package of that name)"));
    }

    /** @param name of one of the programs of its package: prometheus, promtool */
    public static Path prometheus(String name) {
        return find(name)
                .orElseThrow(() -> new MissingProgramException(
                        "The tests of metrics and alerts need Prometheus' " + name + ", which is not installed:"
                                + " apt-get install prometheus (or your system's package of that name)"));
    }

    static Path chromium() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> find(name).stream())
                .findFirst()
                .orElseThrow(
                        () -> new MissingProgramException("The test of the page needs the browser Chromium, which is"
                                + " not installed: apt-get install chromium (or your system's package of that name)"));
    }

    static Path npm() {
        return find("npm")
                .orElseThrow(() -> new MissingProgramException(
                        "The local cloud needs npm to install its emulators once, which is not"
                                + " installed: apt-get install npm (or your system's package of that name)"));
    }

    /** Looked at once for each JVM: each look starts it. */
    static synchronized Path node() {
        if (node == null) {
            node = findNode();
        }
        return node;
    }

    private static Path findNode() {
        Path node = find("node")
                .orElseThrow(() -> new MissingProgramException("The local cloud needs Node.js " + OLDEST_NODE
                        + " or later for its emulators, which is not installed: apt-get install nodejs npm (or your"
                        + " system's packages of those names)"));
        String version = firstLineOf(node, "--version");
        Matcher matcher = NODE_VERSION.matcher(version);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
            throw new MissingProgramException(
                    "The local cloud needs Node.js " + OLDEST_NODE + " or later for its emulators, and " + node
                            + " is '" + version + "': install a newer one and put it first on the PATH");
        }
        return node;
    }

    private static String firstLineOf(Path program, String argument) {
        try {
            Process process = new ProcessBuilder(program.toString(), argument)
                    .redirectErrorStream(true)
                    .start();
            try (var lines = process.inputReader()) {
                String line = lines.readLine();
                process.waitFor(10, TimeUnit.SECONDS);
                return line == null ? "" : line.trim();
            }
        } catch (IOException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + program + " for its version", e);
        }
    }
}
