package io.github.kinesisiot.cloud;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bridge as it runs in production, in a process of its own: its jar and libraries, the shipped routes/ and config/, settings by
 * environment. Thread-safe.
 */
public final class BridgeProcess implements AutoCloseable {
    /** Longer than the bridge takes to settle what is in flight when it is told to end. */
    private static final Duration GRACE = Duration.ofSeconds(35);

    /** Who uses a directory, or has. */
    private static final Map<Path, ChildProcess> DEAD_LETTERS = new HashMap<>();

    private final ChildProcess process;
    private final ManagementPort management;
    private final Duration grace;

    private BridgeProcess(ChildProcess process, ManagementPort management, Duration grace) {
        this.process = process;
        this.management = management;
        this.grace = grace;
    }

    /**
     * What runs.
     *
     * @param java the JVM's launcher
     * @param options for that JVM
     * @param grace from SIGTERM to SIGKILL
     */
    public record Program(String java, List<String> options, String jar, Duration grace) {}

    /** @param directory where its log and its dead letters go */
    public static BridgeProcess start(Map<String, String> settings, Path directory) {
        return start(settings, directory, Workspace.target().getParent());
    }

    /** @param home holds the routes/ and config/ it runs with, and perhaps components/ */
    public static BridgeProcess start(Map<String, String> settings, Path directory, Path home) {
        return start(settings, directory, home, classArchive());
    }

    /** @param archive the JVM's class archive; ignored where it is missing or belongs to another jar */
    static BridgeProcess start(Map<String, String> settings, Path directory, Path home, Path archive) {
        Path jar = Workspace.target().resolve("kinesis-iot-bridge.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: build first, with mvn package or ./bridge demo");
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> options = List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
        return start(settings, directory, home, new Program(java.toString(), options, jar.toString(), GRACE));
    }

    /** The verb {@code replay}, with its arguments. */
    public static BridgeProcess replay(Map<String, String> settings, Path directory, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar = Workspace.target().resolve("kinesis-iot-bridge.jar");
        List<String> verb = new ArrayList<>(List.of("replay"));
        verb.addAll(List.of(arguments));
        Program program = new Program(
                java.toString(),
                List.of("-XX:SharedArchiveFile=" + classArchive(), "-Xlog:cds=off", "-Xlog:cds+dynamic=off"),
                jar.toString(),
                GRACE);
        return start(settings, directory, Workspace.target().getParent(), program, verb);
    }

    /** Starts it with any JVM and any jar. */
    public static BridgeProcess start(Map<String, String> settings, Path directory, Path home, Program program) {
        return start(settings, directory, home, program, List.of("run"));
    }

    private static BridgeProcess start(
            Map<String, String> settings, Path directory, Path home, Program program, List<String> verb) {
        int managementPort = Ports.free();
        Map<String, String> environment = new HashMap<>();
        environment.put("CAMEL_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.putAll(settings);
        List<String> command = new ArrayList<>(List.of(program.java(), jvmOptions()));
        command.addAll(program.options());
        if (hasComponents(home)) {
            // As ./bridge does. Not where there are none: the class archive is trained for the jar alone.
            command.addAll(List.of("-cp", program.jar() + ":components/*", "io.github.kinesisiot.Bridge"));
        } else {
            command.addAll(List.of("-jar", program.jar()));
        }
        command.addAll(verb);
        ChildProcess process;
        synchronized (DEAD_LETTERS) {
            Path letters = freeForLetters(directory);
            environment.putIfAbsent("DEAD_LETTER_DIRECTORY", letters.toString());
            process = ChildProcess.start("bridge", freshLog(directory), home, environment, program.grace(), command);
            if (verb.contains("run")) {
                DEAD_LETTERS.put(letters, process);
            }
        }
        return new BridgeProcess(process, new ManagementPort(managementPort), program.grace());
    }

    /** A directory of dead letters takes one bridge at a time: whoever runs beside another has one of its own, {@code dead-letter-2}. */
    private static Path freeForLetters(Path directory) {
        for (int i = 1; ; i++) {
            Path letters = directory.resolve(i == 1 ? "dead-letter" : "dead-letter-" + i);
            ChildProcess user = DEAD_LETTERS.get(letters);
            if (user == null || !user.isAlive()) {
                return letters;
            }
        }
    }

    private static boolean hasComponents(Path home) {
        String[] jars = home.resolve("components").toFile().list((folder, name) -> name.endsWith(".jar"));
        return jars != null && jars.length > 0;
    }

    /** Where its page is, once it answers. */
    public URI page() {
        return management.page();
    }

    /** The figures of its page, as JSON. */
    public Optional<String> status() {
        return management.status();
    }

    public Optional<ManagementPort.Figures> figures() {
        return management.figures();
    }

    /** For its CPU time and its memory; empty once it has ended. */
    public Optional<ProcessHandle> program() {
        return process.program();
    }

    /** Whether {@code /observe/health/ready} says so. */
    public boolean ready() {
        return management.ready();
    }

    /** What its management port answers; empty while it does not. */
    public Optional<ManagementPort.Answer> answer(String path) {
        return management.answer(path);
    }

    /** Host and port of its management port. */
    public String managementAuthority() {
        return management.authority();
    }

    /** Tells it to end, without waiting for that. */
    public void terminate() {
        process.terminate();
    }

    /** Throws when it has ended by itself. */
    public void check() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the bridge has ended with code "
                    + process.awaitExit(Duration.ZERO).map(String::valueOf).orElse("?") + ": " + process.lastWords());
        }
    }

    /** What it has logged and said so far. */
    public String log() {
        return process.log();
    }

    public String lastWords() {
        return process.lastWords();
    }

    /** The exit code, or empty if it still runs after the limit. */
    public Optional<Integer> awaitExit(Duration limit) {
        return process.awaitExit(limit);
    }

    /** SIGTERM, and the exit code once it has settled what was in flight. */
    public Optional<Integer> stop() {
        process.terminate();
        return process.awaitExit(grace.plusSeconds(3));
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }

    /** The options that the bridge has wherever it runs. */
    public static String jvmOptions() {
        return "@" + Workspace.target().resolveSibling("src/main/sh/jvm.options");
    }

    /** Where {@code ./bridge} puts the archive that it trains after a build. */
    public static Path classArchive() {
        return Workspace.target().resolve("kinesis-iot-bridge.jsa");
    }

    private static Path freshLog(Path directory) {
        for (int i = 1; ; i++) {
            Path log = directory.resolve(i == 1 ? "bridge.log" : "bridge-" + i + ".log");
            if (Files.notExists(log)) {
                return log;
            }
        }
    }
}
