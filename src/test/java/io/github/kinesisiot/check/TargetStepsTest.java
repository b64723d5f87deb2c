package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sts.model.StsException;

/** What is to be changed for each of STS's refusals. */
class TargetStepsTest {

    private final Map<String, String> environment = new HashMap<>(Map.of(
            "KINESIS_STREAM", "readings",
            "KINESIS_REGION", "eu-west-1",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/kinesis-iot-bridge",
            "IOT_ENDPOINT", "abc-ats.iot.eu-central-1.amazonaws.com"));

    private String caller = "arn:aws:iam::111111111111:user/bridge";

    // Each of them was said to be the duration.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at 'roleSessionName' failed | EXTERNAL_ROLE_SESSION_NAME",
                "at 'tags.1.member.value' failed | EXTERNAL_ROLE_TAGS",
                "at 'policy' failed | EXTERNAL_ROLE_POLICY",
                "at 'sourceIdentity' failed | EXTERNAL_ROLE_SOURCE_IDENTITY",
                "at 'externalId' failed | EXTERNAL_ROLE_EXTERNAL_ID"
            })
    void aValueThatStsDoesNotTakeIsToBeCorrectedHere(String said, String variable) throws Exception {
        Fault fault = fault("ValidationError", "1 validation error detected: Value 'x' " + said);
        assertThat(fault.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(fault.account()).isEqualTo(Account.HERE);
        assertThat(fault.cause()).contains(said);
        assertThat(changes(fault))
                .singleElement()
                .asString()
                .contains("(" + variable + ")")
                .doesNotContain("SESSION_DURATION");
    }

    // MaxSessionDuration cannot lift the hour of a chained role, so nobody has to be sent to the target account.
    @Test
    void theHourOfAChainedRoleIsNotTheRolesMaximum() throws Exception {
        environment.put("EXTERNAL_ROLE_SESSION_DURATION", "2h");
        Fault fault = fault(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
        assertThat(fault.account()).isEqualTo(Account.HERE);
        assertThat(changes(fault)).singleElement().asString().contains("3600s or less", "7200s");
        Fault maximum = fault(
                "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        assertThat(maximum.account()).hasToString("target account 222222222222");
        assertThat(changes(maximum)).hasSize(2).allSatisfy(change -> assertThat(change)
                .contains("MaxSessionDuration"));
    }

    // The default of new EKS clusters: the statements for the role alone are there, and nobody has set a tag.
    @Test
    void podIdentityNeedsTagSessionOnBothSides() throws Exception {
        caller = "arn:aws:sts::111111111111:assumed-role/bridge/eks-plant-bridge-7c9f9d-x2k4p-4f2a";
        Fault fault = fault(
                "AccessDenied", "User: " + caller + " is not authorized to perform: sts:TagSession on resource: r");
        assertThat(fault.fixes().stream().flatMap(fix -> fix.statements().stream()))
                .extracting(Statement::actions)
                .containsExactly(List.of("sts:TagSession"), List.of("sts:TagSession"));
        assertThat(fault.cause()).contains("EKS Pod Identity");
        assertThat(changes(fault))
                .anySatisfy(change -> assertThat(change).contains("get-role --role-name bridge "))
                .noneSatisfy(change -> assertThat(change).contains("ExternalId"));
    }

    private static List<String> changes(Fault fault) {
        return fault.fixes().stream().map(Fix::change).toList();
    }

    private Fault fault(String code, String said) throws Exception {
        Settings settings = SettingsReader.read(Path.of("no-such-file"), environment, new Properties(), Machine.real());
        Names names = new Names(settings);
        names.identity(caller);
        return new TargetSteps(settings, names, null, null, Clock.systemUTC())
                .roleFault((StsException) StsException.builder()
                        .awsErrorDetails(
                                AwsErrorDetails.builder().errorCode(code).build())
                        .statusCode(400)
                        .message(said)
                        .build());
    }
}
