package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says what IAM would say to a request, and what CloudFormation would say to a template. Both are other people's programs, made for that,
 * which run in a process of their own. Thread-safe.
 */
public final class PolicyJudge {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path packages = NodePackages.policies();
    private final Path run = Workspace.newRun();
    private int questions;

    /**
     * A request with the policies that speak to it.
     *
     * @param accountId owner of the resource
     * @param resourcePolicy the trust of a role, the policy of a key; null for none
     */
    public record Request(
            String principal,
            String action,
            String resource,
            String accountId,
            Map<String, Object> context,
            List<JsonNode> identityPolicies,
            JsonNode resourcePolicy) {}

    /**
     * @param error a policy, an action, a resource that is none; empty if all is well
     * @param ignored keys of the context that the action does not know
     */
    public record Verdict(boolean allowed, String error, List<String> ignored) {}

    /**
     * @param errors empty if the template is good
     * @param content as JSON, {@code !Sub} and its like written out as {@code Fn::Sub}
     */
    public record Template(List<String> errors, JsonNode content) {}

    public List<Verdict> verdicts(List<Request> requests) {
        List<Verdict> verdicts = new ArrayList<>();
        ask(JSON.createObjectNode().set("simulate", JSON.valueToTree(requests)))
                .forEach(node -> verdicts.add(JSON.convertValue(node, Verdict.class)));
        return verdicts;
    }

    public Template template(Path file, Map<String, String> parameters) {
        ObjectNode question = JSON.createObjectNode();
        question.put("template", file.toAbsolutePath().toString());
        question.set("parameters", JSON.valueToTree(parameters));
        return JSON.convertValue(ask(question), Template.class);
    }

    private synchronized JsonNode ask(JsonNode question) {
        int number = ++questions;
        Path asked = run.resolve("question-" + number + ".json");
        Path answered = run.resolve("answer-" + number + ".json");
        Path log = run.resolve("judge-" + number + ".log");
        try {
            JSON.writeValue(asked.toFile(), question);
            List<String> command = List.of(
                    Programs.node().toString(),
                    Resources.copyOnce("policies/judge.cjs", Workspace.root()).toString(),
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
