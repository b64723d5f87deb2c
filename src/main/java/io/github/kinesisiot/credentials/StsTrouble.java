package io.github.kinesisiot.credentials;

import io.github.kinesisiot.ReasonCoded;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Why an AssumeRole call gave no session: one value per class of fault, with what a person has to do. A fault that waits for a person is
 * tried again slowly; one that passes by itself is tried again soon.
 *
 * <p>Sources: the STS API's declared errors, and those it answers without declaring them (AccessDenied, ValidationError, Throttling).
 */
public enum StsTrouble implements ReasonCoded {
    ACCESS_DENIED(
            true,
            "STS refused the role. Both sides must allow it: in the source account the bridge's identity needs sts:AssumeRole on %1$s; in account"
                    + " %2$s the role's trust policy must name that identity as principal (and match the external id, if it asks for one)"),
    VALIDATION_ERROR(
            true,
            "STS refused the request for %1$s. Most often external.role.session-duration is above the role's maximum session duration (raise"
                    + " MaxSessionDuration in account %2$s) or above 3600s although the source credentials are those of a role (AWS caps chained"
                    + " sessions at one hour)"),
    SOURCE_CREDENTIALS_EXPIRED(
            true,
            "the SOURCE credentials have expired. Static AWS_SESSION_TOKEN credentials are not renewed by anybody: run the bridge with a role of its"
                    + " task, pod or instance, or give it new ones"),
    SOURCE_CREDENTIALS_INVALID(
            true,
            "STS does not know the SOURCE credentials, or their secret key is wrong. Check the identity that the bridge runs as in the source account"),
    SOURCE_CREDENTIALS_MISSING(
            true,
            "the SDK's default chain found no SOURCE credentials: no environment variables, profile, web identity, task or instance role"),
    REGION_DISABLED(
            true,
            "STS is not active in this region for account %2$s. Activate the region there, or set kinesis.region to another one"),
    POLICY_REFUSED(
            true,
            "STS refused the session policy or the session tags: they are malformed, or too large when packed. Shorten them"),
    THROTTLED(false, "STS throttles the calls"),
    SERVER_ERROR(false, "STS answered with an error of its own"),
    CLOCK_SKEW(
            true,
            "STS says that the request's time is off: the clock of this machine differs from AWS's. Set the clock"),
    UNREACHABLE(false, "STS cannot be reached, or did not answer in time"),
    UNEXPECTED(false, "the AssumeRole call failed in an unexpected way");

    private final boolean waitsForPerson;
    private final String advice;

    StsTrouble(boolean waitsForPerson, String advice) {
        this.waitsForPerson = waitsForPerson;
        this.advice = advice;
    }

    public static StsTrouble of(Throwable failure) {
        if (failure instanceof AwsServiceException refusal) {
            return of(refusal);
        }
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return UNREACHABLE;
        }
        if (failure instanceof SdkClientException) {
            String message = String.valueOf(failure.getMessage());
            return message.startsWith("Unable to load credentials") ? SOURCE_CREDENTIALS_MISSING : UNREACHABLE;
        }
        return UNEXPECTED;
    }

    private static StsTrouble of(AwsServiceException refusal) {
        String code = Optional.ofNullable(refusal.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
        return switch (code) {
            case "AccessDenied", "AccessDeniedException" -> ACCESS_DENIED;
            case "ValidationError", "ValidationException" -> VALIDATION_ERROR;
            case "ExpiredToken", "ExpiredTokenException" -> SOURCE_CREDENTIALS_EXPIRED;
            case "InvalidClientTokenId", "UnrecognizedClientException" -> SOURCE_CREDENTIALS_INVALID;
            case "RegionDisabledException", "RegionDisabled" -> REGION_DISABLED;
            case "MalformedPolicyDocument", "PackedPolicyTooLarge" -> POLICY_REFUSED;
            case "RequestExpired", "RequestTimeTooSkewed" -> CLOCK_SKEW;
            case "SignatureDoesNotMatch" ->
                // AWS uses this code both for a wrong secret key and for a clock that is off; its sentence tells them
                // apart.
                String.valueOf(refusal.getMessage()).contains("Signature expired")
                                || String.valueOf(refusal.getMessage()).contains("Signature not yet current")
                        ? CLOCK_SKEW
                        : SOURCE_CREDENTIALS_INVALID;
            case "Throttling", "ThrottlingException", "RequestLimitExceeded" -> THROTTLED;
            default -> refusal.statusCode() >= 500 ? SERVER_ERROR : UNEXPECTED;
        };
    }

    @Override
    public String reasonCode() {
        return name();
    }

    /** Whether only somebody's action ends it. */
    boolean waitsForPerson() {
        return waitsForPerson;
    }

    /** What is wrong and what to do about it, for this role, with what AWS said. */
    public String sentence(String roleArn, Throwable cause) {
        return advice(roleArn) + " [" + reasonCode() + ": " + cause.getClass().getSimpleName() + ": "
                + cause.getMessage() + "]";
    }

    /** What is wrong and what to do about it, for this role. */
    String advice(String roleArn) {
        String[] parts = roleArn.split(":");
        return String.format(advice, roleArn, parts.length > 4 ? parts[4] : "of the role");
    }
}
