package io.github.kinesisiot.check;

import io.github.kinesisiot.config.RoleSettings;
import io.github.kinesisiot.credentials.StsTrouble;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;

/** Who the bridge is in the source account, and what time AWS has: both from one answer of STS. */
final class IdentitySteps {

    /** Credentials with which no other call can succeed either. */
    static final List<String> NO_CREDENTIALS =
            List.of("SOURCE_CREDENTIALS_EXPIRED", "SOURCE_CREDENTIALS_INVALID", "SOURCE_CREDENTIALS_MISSING");

    /** Failures to reach STS, which the role needs as well. */
    static final List<String> NO_ROLE_EITHER = List.of(
            "SOURCE_CREDENTIALS_EXPIRED",
            "SOURCE_CREDENTIALS_INVALID",
            "SOURCE_CREDENTIALS_MISSING",
            "UNREACHABLE",
            "NO_ANSWER",
            "TIMEOUT");

    /** AWS accepts five minutes; a session's end is read off the same clock. */
    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(2);

    private final RoleSettings role;
    private final Names names;
    private final AwsClients aws;

    IdentitySteps(RoleSettings role, Names names, AwsClients aws) {
        this.role = role;
        this.names = names;
        this.aws = aws;
    }

    /** Asks STS who the bridge is. Its answer, a refusal too, tells the time for {@link #clock()}. */
    Finding identity() {
        try {
            var caller = aws.sts.getCallerIdentity();
            names.identity(caller.arn());
            return Finding.ok(caller.arn(), "account " + caller.account());
        } catch (SdkException e) {
            StsTrouble trouble = StsTrouble.of(e);
            if (trouble == StsTrouble.ACCESS_DENIED) {
                // IAM cannot forbid this call; the policy of a VPC endpoint for STS can, and may allow AssumeRole.
                return Finding.ok(
                        List.of(),
                        List.of("sts:GetCallerIdentity is refused, so the account is not known: "
                                + Words.firstLine(e.getMessage())));
            }
            return Finding.failed(new Fault(
                    trouble.name(),
                    trouble == StsTrouble.SOURCE_CREDENTIALS_MISSING
                            ? CredentialChain.sentence(e.getMessage())
                            : Words.firstLine(trouble.sentence(role.arn(), e)),
                    NO_CREDENTIALS.contains(trouble.name()) ? names.source() : Account.HERE,
                    List.of(fix(trouble))));
        }
    }

    Fix fix(StsTrouble trouble) {
        return switch (trouble.name()) {
            case "SOURCE_CREDENTIALS_EXPIRED" ->
                Fix.in(
                        names.source(),
                        "Give the bridge new credentials; better, the role of its task, pod or instance.");
            case "SOURCE_CREDENTIALS_INVALID" ->
                Fix.in(
                        names.source(),
                        "Check that the access key exists, is active and belongs to the secret key and the session token beside it.");
            case "SOURCE_CREDENTIALS_MISSING" ->
                Fix.here(
                        "Give the bridge a role of its task, pod or instance, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
            case "CLOCK_SKEW" -> Fix.here("Set the clock of this machine.");
            default ->
                Fix.here("Check the way to " + aws.host("sts")
                        + ": DNS, firewalls, a proxy, the security group of a VPC endpoint, AWS_ENDPOINT_URL_STS.");
        };
    }

    /** Whether anything has answered that tells the time. */
    boolean timeIsKnown() {
        return aws.clockDifference().isPresent();
    }

    Finding clock() {
        Duration measured = aws.clockDifference().orElseThrow();
        long seconds = measured.toSeconds();
        String difference = Math.abs(seconds) <= 1
                ? "less than 2 s off"
                : Math.abs(seconds) + " s " + (seconds > 0 ? "behind AWS" : "ahead of AWS");
        if (measured.abs().compareTo(TOLERATED_SKEW) <= 0) {
            return Finding.ok(difference);
        }
        return Finding.failed(Fault.of(
                "CLOCK_SKEW",
                "the clock of this machine is " + difference + ": AWS refuses signatures that are five minutes off",
                Account.HERE,
                Fix.here("Set the clock of this machine (NTP).")));
    }
}
