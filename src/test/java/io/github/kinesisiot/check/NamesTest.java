package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class NamesTest {

    private static final String ASSUME_ROLE = "sts:AssumeRole";

    private final Map<String, String> environment = new HashMap<>(Map.of(
            "KINESIS_STREAM", "readings",
            "KINESIS_REGION", "eu-west-1",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/kinesis-iot-bridge",
            "IOT_ENDPOINT", "abc-ats.iot.eu-central-1.amazonaws.com"));

    // A statement that differs from the shipped policy is one that no test has judged.
    @Test
    void theStatementsAreThoseOfTheShippedPolicies() throws Exception {
        Names names = names();
        names.identity("arn:aws:sts::111111111111:assumed-role/bridge-task/4f2a");
        assertThat(List.of(
                        names.assumeTheRole(ASSUME_ROLE)[0], names.readTheStream(), names.keepLeasesAndCheckpoints()))
                .extracting(NamesTest::json)
                .containsExactlyElementsOf(shipped("source-policy.json"));
        assertThat(names.trustTheBridge(ASSUME_ROLE))
                .extracting(NamesTest::json)
                .containsExactlyElementsOf(shipped("target-trust.json"));
    }

    @Test
    void theStatementsOfTheOptionsAreThoseOfTheShippedPolicies() throws Exception {
        environment.put("EXTERNAL_ROLE_EXTERNAL_ID", "tenant-7");
        environment.put("EXTERNAL_ROLE_TAGS", "team=iot");
        environment.put("EXTERNAL_ROLE_SOURCE_IDENTITY", "plant-7");
        Names names = names();
        names.identity("arn:aws:sts::111111111111:assumed-role/bridge-task/4f2a");
        assertThat(List.of(names.assumeTheRole(ASSUME_ROLE)).subList(1, 3))
                .extracting(NamesTest::json)
                .containsExactly(
                        shipped("options/source-session-tags.json").get(0),
                        shipped("options/source-source-identity.json").get(0));
        assertThat(List.of(names.trustTheBridge(ASSUME_ROLE)))
                .extracting(NamesTest::json)
                .containsExactly(
                        shipped("options/target-trust-external-id.json").get(0),
                        shipped("options/target-trust-session-tags.json").get(0),
                        shipped("options/target-trust-source-identity.json").get(0));
    }

    // Trusts name roles. The session that GetCallerIdentity answers with has another ARN after each restart.
    @Test
    void thePrincipalOfASessionIsItsRole() throws Exception {
        Names names = names();
        assertThat(names.principal()).startsWith("<");
        names.identity("arn:aws-cn:sts::111111111111:assumed-role/bridge-task/4f2a");
        assertThat(names.principal()).isEqualTo("arn:aws-cn:iam::111111111111:role/bridge-task");
        names.identity("arn:aws:iam::111111111111:user/bridge");
        assertThat(names.principal()).isEqualTo("arn:aws:iam::111111111111:user/bridge");
    }

    @Test
    void theStatementsOfFanOutAreThoseOfTheShippedPolicy() throws Exception {
        Names names = names();
        names.identity("arn:aws:iam::111111111111:user/bridge");
        assertThat(names.fanOut())
                .extracting(NamesTest::json)
                .containsExactlyElementsOf(shipped("options/source-fan-out.json"));
    }

    // IAM refuses a trust whose principal lacks its path, and the session's ARN does not have it.
    @Test
    void theOwnerOfAPrincipalThatMayHaveAPathIsToldHowToGetItsArn() throws Exception {
        Names names = names();
        assertThat(names.truePrincipal()).isEmpty();
        names.identity("arn:aws:iam::111111111111:user/team/bridge");
        assertThat(names.truePrincipal()).isEmpty();
        assertThat(names.principal()).isEqualTo("arn:aws:iam::111111111111:user/team/bridge");
        names.identity("arn:aws:sts::111111111111:assumed-role/bridge-task/4f2a");
        assertThat(names.truePrincipal()).hasValueSatisfying(fix -> {
            assertThat(fix.account()).hasToString("source account 111111111111");
            assertThat(fix.change()).contains("path", "aws iam get-role --role-name bridge-task --query Role.Arn");
        });
    }

    // Such a role always has a path, with a region in it or not: an ARN made up here would be refused for certain.
    @Test
    void thePrincipalOfAPersonIsNotMadeUp() throws Exception {
        Names names = names();
        names.identity("arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me@example.com");
        assertThat(names.principal()).isEqualTo("<ARN of the role AWSReservedSSO_Admin_0123456789abcdef>");
        assertThat(names.bridge()).isEqualTo("the permission set behind AWSReservedSSO_Admin_0123456789abcdef");
        assertThat(names.truePrincipal()).hasValueSatisfying(fix -> assertThat(fix.change())
                .contains("person", "get-role --role-name AWSReservedSSO_Admin_0123456789abcdef"));
    }

    // The tags of such a session go along into the role: without sts:TagSession on both sides it is refused.
    @Test
    void aSessionOfPodIdentityMayTag() throws Exception {
        Names names = names();
        names.identity("arn:aws:sts::111111111111:assumed-role/bridge/eks-plant-bridge-7c9f9d-x2k4p-4f2a");
        assertThat(names.podIdentity()).isTrue();
        assertThat(names.assumeTheRole(ASSUME_ROLE))
                .extracting(NamesTest::json)
                .extracting(statement -> statement.get("Action").asText())
                .containsExactly("sts:AssumeRole", "sts:TagSession");
        assertThat(names.trustTheBridge(ASSUME_ROLE)[1])
                .isEqualTo(Statement.trust("sts:TagSession", "arn:aws:iam::111111111111:role/bridge", Map.of()));
    }

    // Statements that are there already hide the one that is missing.
    @Test
    void anActionThatIsRefusedBesideAssumeRoleIsShownAlone() throws Exception {
        environment.put("EXTERNAL_ROLE_SOURCE_IDENTITY", "plant-7");
        Names names = names();
        names.identity("arn:aws:iam::111111111111:user/bridge");
        assertThat(names.assumeTheRole("sts:TagSession"))
                .containsExactly(Statement.allow(
                        "sts:TagSession", "arn:aws:iam::222222222222:role/kinesis-iot-bridge", Map.of()));
        assertThat(names.trustTheBridge("sts:SetSourceIdentity"))
                .singleElement()
                .satisfies(statement -> assertThat(statement.actions()).containsExactly("sts:SetSourceIdentity"));
    }

    // A stream that is given by its ARN may be in a third account.
    @Test
    void aStreamGivenByItsArnKeepsIt() throws Exception {
        environment.put("KINESIS_STREAM", "arn:aws:kinesis:eu-west-1:333333333333:stream/orders");
        Names names = names();
        names.identity("arn:aws:iam::111111111111:user/bridge");
        assertThat(names.stream()).isEqualTo("orders");
        assertThat(names.streamArn()).isEqualTo("arn:aws:kinesis:eu-west-1:333333333333:stream/orders");
        assertThat(names.foreignStream()).isTrue();
        assertThat(names.streamOwner()).hasToString("stream's account 333333333333");
        assertThat(names.letTheBridgeRead().principal()).contains("arn:aws:iam::111111111111:user/bridge");
        assertThat(names.tableArn()).isEqualTo("arn:aws:dynamodb:eu-west-1:111111111111:table/orders-iot-bridge");
    }

    @Test
    void aStreamOfTheBridgesOwnAccountIsNoForeignOne() throws Exception {
        environment.put("KINESIS_STREAM", "arn:aws:kinesis:eu-west-1:111111111111:stream/orders");
        Names names = names();
        assertThat(names.foreignStream()).isFalse();
        names.identity("arn:aws:iam::111111111111:user/bridge");
        assertThat(names.foreignStream()).isFalse();
        assertThat(names.streamOwner()).hasToString("source account 111111111111");
    }

    private Names names() throws Exception {
        Settings settings = SettingsReader.read(Path.of("no-such-file"), environment, new Properties(), new Machine() {
            @Override
            public String hostName() {
                return "host-1";
            }

            @Override
            public Optional<String> region() {
                return Optional.empty();
            }
        });
        return new Names(settings);
    }

    private static JsonNode json(Statement statement) {
        try {
            return new ObjectMapper().readTree(Json.pretty(out -> Json.statement(out, statement)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Without the Sid, which is only a name. */
    private static List<JsonNode> shipped(String file) throws Exception {
        String text = Files.readString(Path.of("config/iam").resolve(file))
                .replace("<SOURCE_ACCOUNT_ID>", "111111111111")
                .replace("<TARGET_ACCOUNT_ID>", "222222222222")
                .replace("<SOURCE_REGION>", "eu-west-1")
                .replace("<STREAM_NAME>", "readings")
                .replace("<APPLICATION>", "readings-iot-bridge")
                .replace("<BRIDGE_ROLE_NAME>", "bridge-task")
                .replace("<ROLE_NAME>", "kinesis-iot-bridge")
                .replace("<TAG_KEY>", "team")
                .replace("<SOURCE_IDENTITY>", "plant-7")
                .replace("<EXTERNAL_ID>", "<the value of external.role.external-id>");
        var statements = new java.util.ArrayList<JsonNode>();
        new ObjectMapper().readTree(text).get("Statement").forEach(statement -> {
            ((com.fasterxml.jackson.databind.node.ObjectNode) statement).remove("Sid");
            statements.add(statement);
        });
        return statements;
    }
}
