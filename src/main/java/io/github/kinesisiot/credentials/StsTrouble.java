package io.github.kinesisiot.credentials;

import io.github.kinesisiot.ReasonCoded;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
            Ends.BY_A_PERSON,
            "STS refused the role. Both sides must allow it: in the source account the bridge's identity needs %3$s on %1$s; in account"
                    + " %2$s the role's trust policy must allow %3$s to that identity as principal (and match the external id, if it asks for one)"),
    DURATION_ABOVE_MAXIMUM(
            Ends.BY_A_PERSON,
            "external.role.session-duration is above the maximum session duration of %1$s. Lower it, or raise MaxSessionDuration of that role in"
                    + " account %2$s"),
    DURATION_ABOVE_CHAINED(
            Ends.BY_A_PERSON,
            "external.role.session-duration is above 3600s, but the source credentials are those of a role: AWS caps the session of %1$s in account"
                    + " %2$s at one hour then. Set it to 3600s or less"),
    VALIDATION_ERROR(
            Ends.BY_A_PERSON, "STS refused the request for %1$s in account %2$s: AWS does not take the value of %4$s"),
    SOURCE_CREDENTIALS_EXPIRED(
            Ends.BY_A_PERSON,
            "the SOURCE credentials have expired, so that nobody asks for %1$s. Static AWS_SESSION_TOKEN credentials are not renewed by anybody: run"
                    + " the bridge with a role of its task, pod or instance, or give it new ones"),
    SOURCE_CREDENTIALS_INVALID(
            Ends.BY_A_PERSON,
            "STS does not know the SOURCE credentials, or their secret key is wrong. Check the identity that the bridge runs as in the source account"),
    SOURCE_CREDENTIALS_MISSING(
            Ends.BEFORE_STS_BY_A_PERSON,
            "the SDK's default chain found no SOURCE credentials: no environment variables, profile, web identity, task or instance role"),
    REGION_DISABLED(
            Ends.BY_A_PERSON,
            "STS is not active in this region for account %2$s. Activate the region there, or set kinesis.region to another one"),
    POLICY_REFUSED(
            Ends.BY_A_PERSON,
            "STS refused the session policies (external.role.policy, external.role.policy-arns) or the session tags for %1$s in account %2$s: they are"
                    + " malformed, or too large when packed. Shorten them"),
    THROTTLED(Ends.BY_ITSELF, "STS throttles the calls"),
    SERVER_ERROR(Ends.BY_ITSELF, "STS answered with an error of its own"),
    CLOCK_SKEW(
            Ends.BY_A_PERSON,
            "the clock of this machine differs from AWS's, which refuses what it signs. Set the clock"),
    UNREACHABLE(
            Ends.BEFORE_STS_BY_ITSELF,
            "no connection to STS. Check the DNS, firewalls, a proxy, and the security group of the VPC endpoint"),
    NO_ANSWER(
            Ends.BY_ITSELF,
            "STS, or what stands before it, took the connection but gave no answer in time, or broke it off"),
    UNEXPECTED(Ends.BY_ITSELF, "the AssumeRole call failed in an unexpected way");

    private static final Pattern ACTION = Pattern.compile("perform: (sts:[A-Za-z]+)");

    private static final String TAGS_OF_THE_SOURCE =
            ". Session tags are those of external.role.tags, and those that EKS Pod Identity gives to its sessions: they go along into the role";

    private final Ends ends;
    private final String advice;

    private enum Ends {
        BY_A_PERSON,
        BY_ITSELF,
        BEFORE_STS_BY_A_PERSON,
        BEFORE_STS_BY_ITSELF
    }

    StsTrouble(Ends ends, String advice) {
        this.ends = ends;
        this.advice = advice;
    }

    public static StsTrouble of(Throwable failure) {
        if (failure instanceof AwsServiceException refusal) {
            return of(refusal);
        }
        if (failure instanceof ClockOffException) {
            return CLOCK_SKEW;
        }
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return NO_ANSWER;
        }
        if (failure instanceof SdkClientException) {
            String message = String.valueOf(failure.getMessage());
            return message.startsWith("Unable to load credentials")
                    ? SOURCE_CREDENTIALS_MISSING
                    : notConnected(failure) ? UNREACHABLE : NO_ANSWER;
        }
        return UNEXPECTED;
    }

    private static boolean notConnected(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof SocketTimeoutException
                            && String.valueOf(cause.getMessage())
                                    .toLowerCase(Locale.ROOT)
                                    .startsWith("connect")) {
                return true;
            }
        }
        return false;
    }

    private static StsTrouble of(AwsServiceException refusal) {
        String code = Optional.ofNullable(refusal.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
        String message = String.valueOf(refusal.getMessage());
        return switch (code) {
            case "AccessDenied", "AccessDeniedException" -> ACCESS_DENIED;
            case "ValidationError", "ValidationException", "InvalidParameterValue" ->
                message.contains("role chaining")
                        ? DURATION_ABOVE_CHAINED
                        : message.contains("MaxSessionDuration") ? DURATION_ABOVE_MAXIMUM : VALIDATION_ERROR;
            case "ExpiredToken", "ExpiredTokenException" -> SOURCE_CREDENTIALS_EXPIRED;
            case "InvalidClientTokenId", "UnrecognizedClientException" -> SOURCE_CREDENTIALS_INVALID;
            case "RegionDisabledException", "RegionDisabled" -> REGION_DISABLED;
            case "MalformedPolicyDocument", "PackedPolicyTooLarge" -> POLICY_REFUSED;
            case "RequestExpired", "RequestTimeTooSkewed" -> CLOCK_SKEW;
            case "SignatureDoesNotMatch", "InvalidSignatureException" ->
                // AWS uses this code both for a wrong secret key and for a clock that is off; its sentence tells them
                // apart.
                message.contains("Signature expired") || message.contains("Signature not yet current")
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
        return ends == Ends.BY_A_PERSON || ends == Ends.BEFORE_STS_BY_A_PERSON;
    }

    /** Whether the call may have reached STS, so that it counts there. */
    boolean seenBySts() {
        return ends == Ends.BY_A_PERSON || ends == Ends.BY_ITSELF;
    }

    /** The action that STS's sentence calls not authorized. */
    public static String refusedAction(Throwable cause) {
        Matcher action = ACTION.matcher(String.valueOf(cause.getMessage()));
        return action.find() ? action.group(1) : "sts:AssumeRole";
    }

    /** What is wrong and what to do about it, for this role, with what AWS said. */
    public String sentence(String roleArn, Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        String[] parts = roleArn.split(":");
        String action = refusedAction(cause);
        return String.format(
                        advice,
                        roleArn,
                        parts.length > 4 ? parts[4] : "of the role",
                        action,
                        String.join(" or ", RoleParameter.settings(said)))
                + (this == ACCESS_DENIED && action.equals("sts:TagSession") ? TAGS_OF_THE_SOURCE : "")
                + " [" + reasonCode() + ": " + cause.getClass().getSimpleName() + ": " + withoutCanonicalRequest(said)
                + "]";
    }

    // To a wrong signature AWS may answer with all that should have been signed, the session token included.
    private static String withoutCanonicalRequest(String said) {
        int begin = said.indexOf("The Canonical String");
        return begin < 0 ? said : said.substring(0, begin) + "…";
    }
}
