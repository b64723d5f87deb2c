package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says what IAM would say to a request, and what CloudFormation would say to a template. Both are other people's programs, made for that,
 * which run in a process of their own. Thread-safe.
 */
public final class PolicyJudge {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodeJudge judge = new NodeJudge(NodePackages.policies(), "policies/judge.cjs");

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
        judge.ask(JSON.createObjectNode().set("simulate", JSON.valueToTree(requests)))
                .forEach(node -> verdicts.add(JSON.convertValue(node, Verdict.class)));
        return verdicts;
    }

    public Template template(Path file, Map<String, String> parameters) {
        ObjectNode question = JSON.createObjectNode();
        question.put("template", file.toAbsolutePath().toString());
        question.set("parameters", JSON.valueToTree(parameters));
        return JSON.convertValue(judge.ask(question), Template.class);
    }
}
