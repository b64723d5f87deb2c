package io.github.kinesisiot.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of {@code config/iam}, their placeholders filled in as docs/accounts.md says. */
final class ConfigFiles implements Setup {

    static final Path DIRECTORY = Path.of("config/iam");

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("<SOURCE_ACCOUNT_ID>", "111111111111"),
            Map.entry("<TARGET_ACCOUNT_ID>", "222222222222"),
            Map.entry("<SOURCE_REGION>", "eu-west-1"),
            Map.entry("<TARGET_REGION>", "eu-central-1"),
            Map.entry("<STREAM_NAME>", "readings"),
            Map.entry("<APPLICATION>", "readings-iot-bridge"),
            Map.entry("<STREAM_KEY_ID>", "11111111-2222-3333-4444-555555555555"),
            Map.entry("<BRIDGE_ROLE_NAME>", "bridge-task"),
            Map.entry("<ROLE_NAME>", "kinesis-iot-bridge"),
            Map.entry("<EXTERNAL_ID>", "tenant-7"),
            Map.entry("<TAG_KEY>", "team"),
            Map.entry("<SOURCE_IDENTITY>", "plant-7"),
            Map.entry("<CLIENT_ID_PREFIX>", "kinesis-iot-bridge-"),
            Map.entry("<TOPIC_PREFIX>", "kinesis"));

    @Override
    public List<JsonNode> source(Set<Feature> features) {
        List<JsonNode> policies = new ArrayList<>(List.of(read("source-policy.json")));
        add(policies, features, Feature.FAN_OUT, "options/source-fan-out.json");
        add(policies, features, Feature.ENCRYPTED_STREAM, "options/source-encrypted-stream.json");
        add(policies, features, Feature.SESSION_TAGS, "options/source-session-tags.json");
        add(policies, features, Feature.SOURCE_IDENTITY, "options/source-source-identity.json");
        return policies;
    }

    /** A role has one trust policy: the statements of the options go into it. */
    @Override
    public JsonNode trust(Set<Feature> features) {
        JsonNode trust = read(
                features.contains(Feature.EXTERNAL_ID) ? "options/target-trust-external-id.json" : "target-trust.json");
        List<JsonNode> more = new ArrayList<>();
        add(more, features, Feature.SESSION_TAGS, "options/target-trust-session-tags.json");
        add(more, features, Feature.SOURCE_IDENTITY, "options/target-trust-source-identity.json");
        more.forEach(policy -> ((ArrayNode) trust.get("Statement")).addAll((ArrayNode) policy.get("Statement")));
        return trust;
    }

    @Override
    public List<JsonNode> permissions(Set<Feature> features) {
        List<JsonNode> policies = new ArrayList<>(List.of(read("target-permissions.json")));
        add(policies, features, Feature.RETAINED_MESSAGES, "options/target-retained-messages.json");
        return policies;
    }

    private static void add(List<JsonNode> policies, Set<Feature> features, Feature feature, String file) {
        if (features.contains(feature)) {
            policies.add(read(file));
        }
    }

    private static JsonNode read(String file) {
        try {
            String text = Files.readString(DIRECTORY.resolve(file));
            for (Map.Entry<String, String> value : VALUES.entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            if (text.contains("<")) {
                throw new IllegalStateException(file + " has a placeholder that nobody knows: " + text);
            }
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return DIRECTORY.toString();
    }
}
