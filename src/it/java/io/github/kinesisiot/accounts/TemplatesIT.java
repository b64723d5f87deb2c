package io.github.kinesisiot.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kinesisiot.cloud.PolicyJudge;
import io.github.kinesisiot.config.Key;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The CloudFormation templates: valid, the same as the policy files, and their outputs what the settings want. */
class TemplatesIT {

    private static final Set<Feature> EVERYTHING = EnumSet.allOf(Feature.class);
    private static final PolicyJudge JUDGE = new PolicyJudge();
    private static final Templates TEMPLATES = new Templates(JUDGE);

    // A property that does not exist, or a function in the wrong place, ends in a rollback in the user's account.
    // Linted with the defaults:
    // the linter refuses a Ref behind an If that is met. Those are worked out by Stack, for every feature, in the other
    // tests.
    @Test
    void bothTemplatesAreValidCloudFormation() {
        Set<Feature> none = Set.of();
        assertThat(JUDGE.template(Templates.SOURCE, Templates.sourceParameters(none))
                        .errors())
                .isEmpty();
        assertThat(JUDGE.template(Templates.TARGET, Templates.targetParameters(none))
                        .errors())
                .isEmpty();
    }

    // Two descriptions of one thing drift apart.
    @ParameterizedTest
    @EnumSource(Feature.class)
    void theTemplatesSayWhatThePolicyFilesSay(Feature feature) {
        for (Set<Feature> features : List.<Set<Feature>>of(EnumSet.of(feature), EVERYTHING)) {
            ConfigFiles files = new ConfigFiles();
            assertThat(statements(TEMPLATES.source(features))).isEqualTo(statements(files.source(features)));
            assertThat(statements(List.of(TEMPLATES.trust(features))))
                    .isEqualTo(statements(List.of(files.trust(features))));
            assertThat(statements(TEMPLATES.permissions(features))).isEqualTo(statements(files.permissions(features)));
        }
    }

    // An output that is not a setting's value is copied by hand and into the wrong place.
    @Test
    void theOutputsAreTheValuesOfSettings() {
        Map<String, String> outputs =
                new HashMap<>(TEMPLATES.sourceStack(EnumSet.of(Feature.ALWAYS)).outputs());
        outputs.putAll(TEMPLATES.targetStack(EnumSet.of(Feature.EXTERNAL_ID)).outputs());
        assertThat(outputs)
                .containsEntry("KinesisStream", "readings")
                .containsEntry("KinesisApplication", "readings-iot-bridge")
                .containsEntry("KinesisRegion", "eu-west-1")
                .containsEntry("ExternalRoleArn", "arn:aws:iam::222222222222:Role")
                .containsEntry("ExternalRoleExternalId", "tenant-7")
                .containsEntry("IotClientId", "kinesis-iot-bridge-")
                .containsEntry("IotTopic", "kinesis/")
                .containsEntry("IotRegion", "eu-central-1")
                .containsKeys("PolicyArn", "BridgeRoleArn");
        Set<String> notSettings = Set.of("PolicyArn", "BridgeRoleArn");
        assertThat(outputs.keySet().stream().filter(name -> !notSettings.contains(name)))
                .allSatisfy(name -> assertThat(Arrays.stream(Key.values())
                                .map(key -> key.property().replaceAll("[.-]", "")))
                        .contains(name.toLowerCase(Locale.ROOT)));
    }

    // With the ARN of a session, which is what 'aws sts get-caller-identity' answers, the trust never matches.
    @Test
    void aWrongParameterIsRefusedBeforeAnythingIsMade() {
        JsonNode source = JUDGE.template(Templates.SOURCE, Templates.sourceParameters(Set.of()))
                .content();
        JsonNode target = JUDGE.template(Templates.TARGET, Templates.targetParameters(Set.of()))
                .content();
        refused(
                target,
                Templates.targetParameters(Set.of()),
                "BridgeRoleArn",
                "arn:aws:sts::111111111111:assumed-role/bridge-task/4f2a");
        refused(target, Templates.targetParameters(Set.of()), "ClientIdPrefix", "*");
        refused(target, Templates.targetParameters(Set.of()), "TopicPrefix", "kinesis/#");
        refused(target, Templates.targetParameters(Set.of()), "ExternalId", "x");
        refused(source, Templates.sourceParameters(Set.of()), "StreamName", BridgeCall.STREAM);
        refused(source, Templates.sourceParameters(Set.of()), "TargetRoleArn", "kinesis-iot-bridge");
        refused(source, Templates.sourceParameters(Set.of()), "FanOut", "yes");
    }

    // A role nobody runs as is a door nobody watches.
    @Test
    void theTaskRoleIsMadeOnlyWhenAskedFor() {
        Map<String, String> without = Templates.sourceParameters(Set.of());
        without.put("CreateTaskRole", "false");
        JsonNode content = JUDGE.template(Templates.SOURCE, without).content();
        Stack stack = new Stack(content, "111111111111", "eu-west-1", without);
        assertThat(stack.resource("TaskRole").isMissingNode()).isTrue();
        assertThat(stack.outputs()).doesNotContainKey("BridgeRoleArn").containsKey("PolicyArn");
        assertThat(TEMPLATES
                        .sourceStack(Set.of())
                        .resource("TaskRole")
                        .path("ManagedPolicyArns")
                        .size())
                .isEqualTo(1);
    }

    private static void refused(JsonNode template, Map<String, String> good, String parameter, String wrong) {
        Map<String, String> given = new HashMap<>(good);
        given.put(parameter, wrong);
        assertThatThrownBy(() -> new Stack(template, "222222222222", "eu-west-1", given))
                .hasMessageContaining("parameter " + parameter);
    }

    private static Map<String, JsonNode> statements(List<JsonNode> policies) {
        Map<String, JsonNode> bySid = new TreeMap<>();
        for (JsonNode policy : policies) {
            assertThat(policy.path("Version").asText()).isEqualTo("2012-10-17");
            for (JsonNode statement : policy.path("Statement")) {
                String sid = statement.path("Sid").asText();
                assertThat(bySid.put(sid, listed((ObjectNode) statement.deepCopy())))
                        .as(sid)
                        .isNull();
            }
        }
        return bySid;
    }

    /** One action and a list of one action are the same. */
    private static ObjectNode listed(ObjectNode statement) {
        JsonNode action = statement.path("Action");
        ArrayNode list = statement.putArray("Action");
        if (action.isArray()) {
            list.addAll((ArrayNode) action);
        } else {
            list.add(action);
        }
        return statement;
    }
}
