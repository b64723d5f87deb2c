package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that never outlives this JVM: it ends on {@link #close()}, when the JVM shuts down, and also when the JVM is killed with -9,
 * because a small shell script holds it and ends it as soon as the pipe from here closes. Where the system has {@code setsid} the
 * program is in a session of its own, so that Ctrl-C at a terminal reaches this JVM alone, which then ends its children in order.
 *
 * <p>What it writes goes to a log file, and what it says there is how others learn that it is up. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Pattern NOT_INHERITED = Pattern.compile(
            "AWS_|KINESIS_|EXTERNAL_ROLE_|IOT_|CAMEL_|DEAD_LETTER_|MAX_ATTEMPTS|MAX_RECORD_AGE|LOG_FORMAT|TRACING_|OTEL_");
    private static final Duration POLL = Duration.ofMillis(15);
    private static final Pattern PROCESS = Pattern.compile("(?m)^process (\\d+)$");
    private static final Path KEEPER = Resources.copyOnce("keeper.sh", Workspace.root());
    private static final Deque<ChildProcess> RUNNING = new ArrayDeque<>();
    private static boolean hookInstalled;
    private static boolean shuttingDown;

    private final String name;
    private final Path log;
    private final Duration grace;
    private final Process keeper;

    private ChildProcess(String name, Path log, Duration grace, Process keeper) {
        this.name = name;
        this.log = log;
        this.grace = grace;
        this.keeper = keeper;
    }

    /**
     * Starts the program.
     *
     * @param environment added to this JVM's own
     * @param grace from SIGTERM to SIGKILL when it is to end
     */
    public static ChildProcess start(
            String name,
            Path log,
            Path directory,
            Map<String, String> environment,
            Duration grace,
            List<String> command) {
        List<String> line = new ArrayList<>();
        Programs.find("setsid").ifPresent(setsid -> line.add(setsid.toString()));
        line.addAll(List.of("/bin/sh", KEEPER.toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        dropOwn(builder.environment());
        builder.environment().putAll(environment);
        builder.environment().put("KEEPER_GRACE", Long.toString(grace.toMillis() / 100));
        synchronized (RUNNING) {
            if (shuttingDown) {
                throw new IllegalStateException("this JVM is shutting down; " + name + " is not started");
            }
            endAllAtShutdown();
            try {
                ChildProcess child = new ChildProcess(name, log, grace, builder.start());
                RUNNING.push(child);
                return child;
            } catch (IOException e) {
                throw new UncheckedIOException(name + " could not be started", e);
            }
        }
    }

    /** The user's own AWS account and bridge have no business in a local cloud. */
    public static void dropOwn(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(variable -> NOT_INHERITED.matcher(variable).lookingAt());
    }

    /** Waits until a line of the log contains the pattern and returns that match. */
    public Matcher awaitLine(Pattern pattern, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = keeper.isAlive();
            Matcher matcher = pattern.matcher(log());
            if (matcher.find()) {
                return matcher;
            }
            if (!alive) {
                throw new IllegalStateException(name + " ended with code " + keeper.exitValue() + ": " + lastWords());
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        name + " did not start within " + limit.toSeconds() + " s: " + lastWords());
            }
            awaitExit(POLL);
        }
    }

    /** The exit code of the program, or empty when it still runs after the limit. */
    public Optional<Integer> awaitExit(Duration limit) {
        try {
            return keeper.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                    ? Optional.of(keeper.exitValue())
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    public boolean isAlive() {
        return keeper.isAlive();
    }

    /** The program itself, without the script that holds it; empty once it has ended. */
    public Optional<ProcessHandle> program() {
        Matcher matcher = PROCESS.matcher(log());
        return matcher.find() ? ProcessHandle.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }

    /** Whether this JVM is shutting down and ends its children; what fails from now on fails for that reason. */
    public static boolean endingAll() {
        synchronized (RUNNING) {
            return shuttingDown;
        }
    }

    /** The script and everything below it. */
    public List<ProcessHandle> handles() {
        List<ProcessHandle> all =
                new ArrayList<>(keeper.toHandle().descendants().toList());
        all.add(keeper.toHandle());
        return all;
    }

    /** SIGKILL, as a machine that loses power. */
    public void kill() {
        program().ifPresent(ProcessHandle::destroyForcibly);
        awaitExit(Duration.ofSeconds(10));
        close();
    }

    /** SIGTERM to the program, SIGKILL if it has not ended after its grace; not waited for here. */
    public void terminate() {
        try (OutputStream words = keeper.getOutputStream()) {
            words.write("end\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The script has ended already, and with it the program.
        }
    }

    /** All it has written so far. */
    public String log() {
        try (InputStream in = Files.newInputStream(log)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of the log on one line, for a message. */
    public String lastWords() {
        String all = log().strip().replaceAll("\\s*\\R\\s*", " | ");
        String end = all.length() <= 500 ? all : "…" + all.substring(all.length() - 500);
        return end + " (" + log + ")";
    }

    @Override
    public void close() {
        terminate();
        if (awaitExit(grace.plusSeconds(3)).isEmpty()) {
            handles().forEach(ProcessHandle::destroyForcibly);
        }
        synchronized (RUNNING) {
            RUNNING.remove(this);
        }
    }

    private static void endAllAtShutdown() {
        if (hookInstalled) {
            return;
        }
        hookInstalled = true;
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::endAll, "end-child-processes"));
    }

    /** The last one started ends first: what it needs is then still there. */
    private static void endAll() {
        List<ChildProcess> running;
        synchronized (RUNNING) {
            shuttingDown = true;
            running = List.copyOf(RUNNING);
        }
        running.forEach(ChildProcess::close);
    }
}
