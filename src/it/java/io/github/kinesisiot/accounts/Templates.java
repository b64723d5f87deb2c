package io.github.kinesisiot.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisiot.cloud.PolicyJudge;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The templates of {@code config/cloudformation}, one stack in each account. */
final class Templates implements Setup {

    static final Path SOURCE = Path.of("config/cloudformation/source.yaml");
    static final Path TARGET = Path.of("config/cloudformation/target.yaml");

    private final JsonNode source;
    private final JsonNode target;

    Templates(PolicyJudge judge) {
        this.source = judge.template(SOURCE, sourceParameters(Set.of())).content();
        this.target = judge.template(TARGET, targetParameters(Set.of())).content();
    }

    Stack sourceStack(Set<Feature> features) {
        return new Stack(source, "111111111111", "eu-west-1", sourceParameters(features));
    }

    Stack targetStack(Set<Feature> features) {
        return new Stack(target, "222222222222", "eu-central-1", targetParameters(features));
    }

    static Map<String, String> sourceParameters(Set<Feature> features) {
        Map<String, String> given = new HashMap<>(Map.of(
                "StreamName", "readings", "Application", "readings-iot-bridge", "TargetRoleArn", BridgeCall.ROLE));
        give(given, features, Feature.FAN_OUT, "FanOut", "true");
        give(given, features, Feature.ENCRYPTED_STREAM, "StreamKeyArn", BridgeCall.KEY);
        give(given, features, Feature.SESSION_TAGS, "SessionTagKeys", "team");
        give(given, features, Feature.SOURCE_IDENTITY, "SourceIdentity", "plant-7");
        return given;
    }

    static Map<String, String> targetParameters(Set<Feature> features) {
        Map<String, String> given =
                new HashMap<>(Map.of("BridgeRoleArn", "arn:aws:iam::111111111111:role/bridge-task"));
        give(given, features, Feature.EXTERNAL_ID, "ExternalId", "tenant-7");
        give(given, features, Feature.RETAINED_MESSAGES, "RetainedMessages", "true");
        give(given, features, Feature.SESSION_TAGS, "SessionTagKeys", "team");
        give(given, features, Feature.SOURCE_IDENTITY, "SourceIdentity", "plant-7");
        return given;
    }

    private static void give(
            Map<String, String> given, Set<Feature> features, Feature feature, String name, String value) {
        if (features.contains(feature)) {
            given.put(name, value);
        }
    }

    @Override
    public List<JsonNode> source(Set<Feature> features) {
        return List.of(sourceStack(features).resource("BridgePolicy").path("PolicyDocument"));
    }

    @Override
    public JsonNode trust(Set<Feature> features) {
        return targetStack(features).resource("Role").path("AssumeRolePolicyDocument");
    }

    @Override
    public List<JsonNode> permissions(Set<Feature> features) {
        return List.of(
                targetStack(features).resource("Role").path("Policies").get(0).path("PolicyDocument"));
    }

    @Override
    public String toString() {
        return "config/cloudformation";
    }
}
