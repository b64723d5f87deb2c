package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program for Node.js that answers a question, both in JSON, with the help of installed packages. A process for each question. Thread-safe. */
final class NodeJudge {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path packages;
    private final String program;
    private final Path run = Workspace.newRun();
    private int questions;

    /**
     * @param packages the directory that holds {@code node_modules}
     * @param program a resource beside the local cloud's classes
     */
    NodeJudge(Path packages, String program) {
        this.packages = packages;
        this.program = program;
    }

    synchronized JsonNode ask(JsonNode question) {
        int number = ++questions;
        Path asked = run.resolve("question-" + number + ".json");
        Path answered = run.resolve("answer-" + number + ".json");
        Path log = run.resolve("judge-" + number + ".log");
        try {
            JSON.writeValue(asked.toFile(), question);
            List<String> command = List.of(
                    Programs.node().toString(),
                    Resources.copyOnce(program, Workspace.root()).toString(),
                    asked.toString(),
                    answered.toString());
            Map<String, String> environment =
                    Map.of("NODE_PATH", packages.resolve("node_modules").toString());
            try (ChildProcess judge =
                    ChildProcess.start("judge", log, packages, environment, Duration.ofSeconds(1), command)) {
                if (judge.awaitExit(LIMIT).orElse(-1) != 0 || !Files.exists(answered)) {
                    throw new IllegalStateException("no verdict: " + judge.lastWords());
                }
            }
            return JSON.readTree(answered.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
