package io.github.kinesisiot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * A source checkout as a user has it, in a folder of its own: the script {@code bridge}, what it builds from, and perhaps a build. Its Maven, and its
 * Java where a test wants to see what it is told, are scripts that note their arguments: nothing is ever built. For one test thread.
 */
final class Checkout {
    static final long LIMIT_SECONDS = 60;

    /** What {@code bridge} and the scripts below it use of a system that has neither Java nor Maven. */
    private static final List<String> TOOLS =
            List.of("sh", "cat", "dirname", "find", "mkdir", "mv", "readlink", "sed", "touch", "tr", "head", "id");

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private final Path root;
    private final Path beside;

    /** What a process has said, and how it ended. */
    record Said(int exitCode, String out, String err) {}

    private Checkout(Path root, Path beside) {
        this.root = root;
        this.beside = beside;
    }

    /** @param directory an empty one; the checkout becomes a folder in it, with a blank in its name */
    static Checkout unbuilt(Path directory) {
        try {
            Path root = Files.createDirectory(directory.resolve("the bridge"));
            for (String part : List.of("bridge", "pom.xml", "config", "routes", "src/main", "src/cloud", "src/it/sh")) {
                copy(PROJECT.resolve(part), root.resolve(part));
            }
            Checkout checkout = new Checkout(root, Files.createDirectory(directory.resolve("beside")));
            checkout.program("mvn", "exit 1");
            return checkout;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With this project's own build, which is newer than all the sources. */
    static Checkout built(Path directory) {
        Checkout checkout = unbuilt(directory);
        checkout.build();
        return checkout;
    }

    private void build() {
        try {
            Path target = Files.createDirectory(root.resolve("target"));
            Path built = PROJECT.resolve("target");
            for (String folder : List.of("lib", "classes", "test-classes")) {
                Files.createSymbolicLink(target.resolve(folder), built.resolve(folder));
            }
            Files.copy(built.resolve("test.classpath"), target.resolve("test.classpath"));
            Path jar = Files.copy(
                    built.resolve("kinesis-iot-bridge.jar"),
                    target.resolve("kinesis-iot-bridge.jar"),
                    StandardCopyOption.REPLACE_EXISTING);
            Instant now = Files.getLastModifiedTime(target).toInstant();
            Files.setLastModifiedTime(jar, FileTime.from(now));
            // As after a training that has failed: there is none, and it is not tried again.
            Path archive = Files.createFile(target.resolve("kinesis-iot-bridge.jsa"));
            Files.setLastModifiedTime(archive, FileTime.from(now.plusSeconds(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }

    Path script() {
        return root.resolve("bridge");
    }

    /** A folder outside, for what lies elsewhere. */
    Path beside() {
        return beside;
    }

    /** Makes a file newer than the build. */
    void edit(String file) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, Files.exists(path) ? Files.readString(path) : "");
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(60)));
    }

    /** A program of that name, first on the PATH, which notes its arguments, a line each, and then does as told. */
    Path program(String name, String then) {
        return write(beside.resolve("bin").resolve(name), """
                #!/bin/sh
                printf '%%s\\n' "$@" >>"%s"
                %s
                """.formatted(beside.resolve(name + ".told"), then));
    }

    /** A JAVA_HOME whose Java says its version, and for anything else notes what it is told and ends with that code. */
    Path java(String version, int exitCode) {
        Path home = beside.resolve("java of " + version);
        write(home.resolve("bin/java"), """
                #!/bin/sh
                if [ "$1" = -version ]; then
                    echo 'openjdk version "%s" 2026-10-20' >&2
                    exit 0
                fi
                printf '%%s\\n' "$@" >>"%s"
                exit %d
                """.formatted(version, beside.resolve("java.told"), exitCode));
        return home;
    }

    private static Path write(Path program, String text) {
        try {
            Files.createDirectories(program.getParent());
            Files.writeString(program, text);
            return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The arguments that such a program has noted; none when it has not been called. */
    List<String> told(String program) {
        try {
            Path notes = beside.resolve(program + ".told");
            return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A PATH with the system's small tools and nothing else. */
    String toolsOnly() {
        try {
            Path tools = Files.createDirectories(beside.resolve("tools"));
            for (String tool : TOOLS) {
                Path link = tools.resolve(tool);
                if (Files.notExists(link)) {
                    Files.createSymbolicLink(link, find(tool));
                }
            }
            return tools.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path find(String tool) {
        for (String folder : List.of("/usr/bin", "/bin")) {
            Path path = Path.of(folder, tool);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        throw new IllegalStateException("this system has no " + tool);
    }

    /** The user's own settings have no business here: the environment is no more than this, changed by {@code more}. */
    Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", beside.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("HOME", System.getProperty("user.home"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(more);
        environment.values().removeIf(String::isEmpty);
        return environment;
    }

    Process start(Path out, Path err, Path workingDirectory, Map<String, String> more, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(more));
        return builder.start();
    }

    /** Runs a command to its end, in a working directory that is not the checkout's. */
    Said run(Map<String, String> more, List<String> command) throws Exception {
        Path out = beside.resolve("out");
        Path err = beside.resolve("err");
        Process process = start(out, err, beside, more, command);
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(command + " has not ended: " + Files.readString(err));
            }
            return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    Said bridge(Map<String, String> more, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(List.of(arguments));
        return run(more, command);
    }

    /** What is linked is not the test's to delete; the folder's own deletion would say so of each link. */
    static void deleteLinks(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Of the project, as its pom.xml has it. */
    static String version() throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(PROJECT.resolve("pom.xml").toFile())
                .getDocumentElement();
        for (var node = project.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals("version")) {
                return node.getTextContent();
            }
        }
        throw new IllegalStateException("pom.xml has no version");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
