package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says what Kubernetes and Docker Compose would say to a file, by other people's descriptions of both. Thread-safe. */
public final class DeployJudge {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodeJudge judge = new NodeJudge(NodePackages.deploy(), "deploy/judge.cjs");

    /** What is wrong with the objects in these files: unknown kinds and fields, missing fields, values of the wrong type. */
    public List<String> kubernetes(List<Path> files) {
        var question = JSON.createObjectNode();
        var paths = question.putArray("kubernetes");
        files.forEach(file -> paths.add(file.toAbsolutePath().toString()));
        return texts(judge.ask(question));
    }

    public List<String> compose(Path file) {
        return texts(judge.ask(
                JSON.createObjectNode().put("compose", file.toAbsolutePath().toString())));
    }

    private static List<String> texts(JsonNode answer) {
        List<String> texts = new ArrayList<>();
        answer.forEach(node -> texts.add(node.asText()));
        return texts;
    }
}
