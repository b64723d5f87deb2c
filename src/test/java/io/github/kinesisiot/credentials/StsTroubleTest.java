package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.StsException;

class StsTroubleTest {

    // Each of AWS's codes needs its own advice: one that sends people to the wrong account costs them a day.
    @ParameterizedTest
    @CsvSource({
        "AccessDenied, 403, not authorized, ACCESS_DENIED",
        "ValidationError, 400, DurationSeconds exceeds the MaxSessionDuration, VALIDATION_ERROR",
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
    void timeOutsAndRefusedConnectionsAreUnreachable() {
        assertThat(StsTrouble.of(ApiCallTimeoutException.create(15_000))).isEqualTo(StsTrouble.UNREACHABLE);
        assertThat(StsTrouble.of(SdkClientException.create("Connect to sts failed")))
                .isEqualTo(StsTrouble.UNREACHABLE);
    }

    // Running without any credentials is the commonest first mistake, and no network fault.
    @Test
    void noSourceCredentialsIsSaidAsSuch() {
        assertThat(StsTrouble.of(SdkClientException.create("Unable to load credentials from any of the providers")))
                .isEqualTo(StsTrouble.SOURCE_CREDENTIALS_MISSING);
    }
}
