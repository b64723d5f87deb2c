package io.github.kinesisiot.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.PolicyJudge;
import io.github.kinesisiot.cloud.PolicyJudge.Request;
import io.github.kinesisiot.cloud.PolicyJudge.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the shipped policies allow and what they do not, by a simulator of IAM that knows every action, resource type and condition key. */
class PoliciesIT {

    private static final Set<Feature> EVERYTHING = EnumSet.allOf(Feature.class);
    private static final PolicyJudge JUDGE = new PolicyJudge();

    /** @param features of the policies that are attached */
    private record Case(String name, Setup setup, Set<Feature> features, BridgeCall call, boolean allowed) {}

    // A statement that is missing, or does not match the ARN AWS uses, is found by a user at night.
    @TestFactory
    Stream<DynamicTest> whatTheBridgeDoesIsAllowed() {
        return tests(setups().stream().flatMap(setup -> BridgeCall.MADE.stream()
                .map(call ->
                        new Case(call.toString(), setup, EnumSet.of(Feature.ALWAYS, call.feature()), call, true))));
    }

    // The external id and the tags must not get in each other's way.
    @TestFactory
    Stream<DynamicTest> whatTheBridgeDoesIsAllowedWithEveryFeatureInUse() {
        return tests(setups().stream().flatMap(setup -> BridgeCall.MADE.stream()
                .filter(call -> !call.action().equals("sts:AssumeRole") || call.feature() == Feature.EXTERNAL_ID)
                .map(call -> new Case(call.toString(), setup, EVERYTHING, call, true))));
    }

    // An option nobody uses must not be allowed by the statements everybody needs.
    @TestFactory
    Stream<DynamicTest> anOptionIsRefusedWithoutItsStatement() {
        return tests(setups().stream().flatMap(setup -> BridgeCall.MADE.stream()
                .filter(call -> call.feature() != Feature.ALWAYS && call.feature() != Feature.EXTERNAL_ID)
                .map(call -> {
                    Set<Feature> others = EnumSet.complementOf(EnumSet.of(call.feature()));
                    return new Case(call + " without " + call.feature(), setup, others, call, false);
                })));
    }

    // A star too many is noticed by nobody until somebody else uses it.
    @TestFactory
    Stream<DynamicTest> oneStepFurtherIsRefused() {
        return tests(setups().stream().flatMap(setup -> BridgeCall.BEYOND.stream()
                .map(call -> new Case(call.toString(), setup, EVERYTHING, call, false))));
    }

    // Least privilege: whoever adds an action has to say which call needs it.
    @ParameterizedTest
    @MethodSource("setups")
    void noActionIsAllowedThatTheBridgeDoesNotCall(Setup setup) {
        Set<String> actions = new HashSet<>();
        Stream.of(setup.source(EVERYTHING), setup.permissions(EVERYTHING), List.of(setup.trust(EVERYTHING)))
                .flatMap(List::stream)
                .flatMap(policy -> policy.findValues("Action").stream())
                .forEach(action -> {
                    if (action.isArray()) {
                        action.forEach(one -> actions.add(one.asText()));
                    } else {
                        actions.add(action.asText());
                    }
                });
        assertThat(actions)
                .containsExactlyInAnyOrderElementsOf(
                        BridgeCall.MADE.stream().map(BridgeCall::action).collect(Collectors.toSet()));
    }

    static List<Setup> setups() {
        return List.of(new ConfigFiles(), new Templates(JUDGE));
    }

    private static Stream<DynamicTest> tests(Stream<Case> given) {
        List<Case> cases = given.toList();
        List<Verdict> verdicts =
                JUDGE.verdicts(cases.stream().map(PoliciesIT::request).toList());
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Case one = cases.get(i);
            Verdict verdict = verdicts.get(i);
            tests.add(dynamicTest(one.setup() + ": " + one.name(), () -> {
                assertThat(verdict.error()).isEmpty();
                assertThat(verdict.ignored()).isEmpty();
                assertThat(verdict.allowed()).as(one.name()).isEqualTo(one.allowed());
            }));
        }
        assertThat(tests).isNotEmpty();
        return tests.stream();
    }

    private static Request request(Case one) {
        BridgeCall call = one.call();
        String caller =
                switch (call.caller()) {
                    case BRIDGE -> "arn:aws:sts::111111111111:assumed-role/bridge-task/4f2a";
                    case NEIGHBOUR -> "arn:aws:sts::111111111111:assumed-role/reports/4f2a";
                    case STRANGER -> "arn:aws:sts::333333333333:assumed-role/bridge-task/4f2a";
                    case SESSION -> "arn:aws:sts::222222222222:assumed-role/kinesis-iot-bridge/bridge";
                };
        List<JsonNode> attached = call.caller() == BridgeCall.Caller.SESSION
                ? one.setup().permissions(one.features())
                : one.setup().source(one.features());
        JsonNode onResource =
                switch (call.service()) {
                    case "sts" -> one.setup().trust(one.features());
                    case "kms" -> keyPolicy();
                    default -> null;
                };
        String owner = call.resource().split(":")[4];
        return new Request(caller, call.action(), call.resource(), owner, call.context(), attached, onResource);
    }

    /** The one that KMS gives to a new key: the account's own IAM policies decide. */
    private static JsonNode keyPolicy() {
        var policy = new ObjectMapper().createObjectNode().put("Version", "2012-10-17");
        var statement = policy.putArray("Statement").addObject().put("Effect", "Allow");
        statement.putObject("Principal").put("AWS", "arn:aws:iam::111111111111:root");
        statement.put("Action", "kms:*").put("Resource", "*");
        return policy;
    }
}
