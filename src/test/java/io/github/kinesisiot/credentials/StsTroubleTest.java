package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.StsException;

class StsTroubleTest {

    // Each of AWS's codes needs its own advice: one that sends people to the wrong account costs them a day.
    @ParameterizedTest
    @CsvSource({
        "AccessDenied, 403, not authorized, ACCESS_DENIED",
        "ValidationError, 400, The requested DurationSeconds exceeds the MaxSessionDuration set for this role., DURATION_ABOVE_MAXIMUM",
        "ValidationError, 400, The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining., DURATION_ABOVE_CHAINED",
        "ValidationError, 400, 1 validation error detected, VALIDATION_ERROR",
        "InvalidParameterValue, 400, Duplicate tag keys found., VALIDATION_ERROR",
        "ExpiredToken, 403, token expired, SOURCE_CREDENTIALS_EXPIRED",
        "ExpiredTokenException, 400, token expired, SOURCE_CREDENTIALS_EXPIRED",
        "InvalidClientTokenId, 403, token invalid, SOURCE_CREDENTIALS_INVALID",
        "SignatureDoesNotMatch, 403, the signature we calculated does not match, SOURCE_CREDENTIALS_INVALID",
        "SignatureDoesNotMatch, 403, Signature expired: 1 is now earlier than 2, CLOCK_SKEW",
        "RegionDisabledException, 403, region disabled, REGION_DISABLED",
        "PackedPolicyTooLarge, 400, too large, POLICY_REFUSED",
        "Throttling, 400, Rate exceeded, THROTTLED",
        "InternalFailure, 500, oops, SERVER_ERROR",
        "SomethingNew, 400, oops, UNEXPECTED"
    })
    void eachOfAwssErrorCodesIsItsOwnTrouble(String code, int status, String message, StsTrouble expected) {
        var refusal = StsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .statusCode(status)
                .message(message)
                .build();
        assertThat(StsTrouble.of(refusal)).isEqualTo(expected);
    }

    // A 502 with a page of HTML has no error code; reading one unchecked is a NullPointerException.
    @Test
    void anAnswerWithoutErrorDetailsIsAServerError() {
        assertThat(StsTrouble.of(StsException.builder().statusCode(502).build()))
                .isEqualTo(StsTrouble.SERVER_ERROR);
    }

    // No answer at all is a fault that passes, and must not be taken for a refusal.
    @Test
    void noConnectionIsUnreachable() {
        assertThat(StsTrouble.of(clientFailure(new ConnectException("Connection refused"))))
                .isEqualTo(StsTrouble.UNREACHABLE);
        assertThat(StsTrouble.of(clientFailure(new UnknownHostException("sts.eu-west-1.amazonaws.com"))))
                .isEqualTo(StsTrouble.UNREACHABLE);
        assertThat(StsTrouble.of(clientFailure(new SocketTimeoutException("Connect timed out"))))
                .isEqualTo(StsTrouble.UNREACHABLE);
    }

    // What STS has seen counts there, whether its answer came or not.
    @Test
    void aCallThatMayHaveReachedStsIsToldFromOneThatCannot() {
        assertThat(StsTrouble.of(ApiCallTimeoutException.create(15_000))).isEqualTo(StsTrouble.NO_ANSWER);
        assertThat(StsTrouble.of(clientFailure(new SocketTimeoutException("Read timed out"))))
                .isEqualTo(StsTrouble.NO_ANSWER);
        assertThat(StsTrouble.NO_ANSWER.seenBySts()).isTrue();
        assertThat(StsTrouble.UNREACHABLE.seenBySts()).isFalse();
        assertThat(StsTrouble.SOURCE_CREDENTIALS_MISSING.seenBySts()).isFalse();
    }

    // A refusal for want of sts:TagSession reads like one of the role itself.
    @Test
    void theActionThatWasRefusedIsTheOneToAllow() {
        String role = "arn:aws:iam::222222222222:role/bridge";
        var refusal = StsException.builder()
                .message("User: x is not authorized to perform: sts:TagSession on resource: " + role)
                .build();
        assertThat(StsTrouble.ACCESS_DENIED.sentence(role, refusal))
                .contains("needs sts:TagSession on " + role, "in account 222222222222", "must allow sts:TagSession")
                .doesNotContain("sts:AssumeRole");
    }

    // With EKS Pod Identity nobody has set a tag, and the tags are there all the same.
    @Test
    void tagsThatNobodyHasSetAreExplained() {
        var refusal = StsException.builder()
                .message("User: x is not authorized to perform: sts:TagSession on resource: y")
                .build();
        assertThat(StsTrouble.ACCESS_DENIED.sentence("arn:aws:iam::222222222222:role/bridge", refusal))
                .contains("EKS Pod Identity");
    }

    // Whatever STS did not take, it was said to be the duration.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Value 'a b' at 'roleSessionName' failed to satisfy constraint | external.role.session-name",
                "Value '1' at 'durationSeconds' failed to satisfy constraint | external.role.session-duration",
                "Value '' at 'tags.1.member.key' failed to satisfy constraint | external.role.tags",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive. | external.role.tags",
                "The specified transitive tag key must be included in the requested tags. | external.role.tags",
                "Value 'x' at 'policy' failed to satisfy constraint | external.role.policy",
                "ARN arn:aws:iam::222222222222:policy/no is not valid. | external.role.policy-arns",
                "Value 'x' at 'sourceIdentity' failed to satisfy constraint | external.role.source-identity",
                "Request ARN is invalid | external.role.arn"
            })
    void aValueThatStsDoesNotTakeNamesItsSetting(String said, String setting) {
        assertThat(RoleParameter.settings(said)).containsExactly(setting);
        assertThat(StsTrouble.VALIDATION_ERROR.sentence(
                        "arn:aws:iam::222222222222:role/bridge", new RuntimeException(said)))
                .contains("the value of " + setting + " [", said);
    }

    @Test
    void aSentenceThatNamesNoParameterLeavesAllOfThemOpen() {
        assertThat(RoleParameter.settings("no"))
                .hasSize(RoleParameter.values().length)
                .contains("external.role.tags", "external.role.session-name");
    }

    // A person who is not told account and role looks in the wrong one.
    @ParameterizedTest
    @EnumSource(
            names = {
                "ACCESS_DENIED",
                "DURATION_ABOVE_MAXIMUM",
                "DURATION_ABOVE_CHAINED",
                "VALIDATION_ERROR",
                "REGION_DISABLED",
                "POLICY_REFUSED"
            })
    void whatIsToBeChangedInTheTargetNamesItsAccount(StsTrouble trouble) {
        assertThat(trouble.sentence("arn:aws:iam::222222222222:role/bridge", new RuntimeException("why")))
                .contains("account 222222222222", trouble.name(), "why");
        assertThat(trouble.waitsForPerson()).isTrue();
    }

    private static SdkClientException clientFailure(Throwable cause) {
        return SdkClientException.builder()
                .message("Unable to execute HTTP request")
                .cause(cause)
                .build();
    }

    // Running without any credentials is the commonest first mistake, and no network fault.
    @Test
    void noSourceCredentialsIsSaidAsSuch() {
        assertThat(StsTrouble.of(SdkClientException.create("Unable to load credentials from any of the providers")))
                .isEqualTo(StsTrouble.SOURCE_CREDENTIALS_MISSING);
    }
}
