package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;

/** What STS answers to a request whose signature is good: the rules of AssumeRole and the XML. */
final class StsActions {
    private static final int SHORTEST = 900;
    private static final int LONGEST = 43_200;
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");

    private final Identities identities;
    private volatile RoleTrust trust;

    StsActions(Identities identities, RoleTrust trust) {
        this.identities = identities;
        this.trust = trust;
    }

    void trust(RoleTrust changed) {
        trust = changed;
    }

    RoleTrust trust() {
        return trust;
    }

    String answer(Identity caller, String action, Map<String, String> parameters, String requestId) {
        return switch (action) {
            case "AssumeRole" -> assumeRole(caller, parameters, requestId);
            case "GetCallerIdentity" -> callerIdentity(caller, requestId);
            default ->
                throw new RefusedException(
                        400, "InvalidAction", "Could not find operation " + action + " for version 2011-06-15");
        };
    }

    private String assumeRole(Identity caller, Map<String, String> parameters, String requestId) {
        RoleTrust role = trust;
        String roleArn = parameters.getOrDefault("RoleArn", "");
        String sessionName = parameters.getOrDefault("RoleSessionName", "");
        if (!SESSION_NAME.matcher(sessionName).matches()) {
            throw invalid("1 validation error detected: Value '" + sessionName
                    + "' at 'roleSessionName' failed to satisfy constraint:"
                    + " Member must satisfy regular expression pattern: [\\w+=,.@-]*");
        }
        checkDuration(parameters.getOrDefault("DurationSeconds", "3600"), role.maxSessionDuration());
        boolean trusted = (roleArn.equals(Accounts.ROLE_ARN) || roleArn.equals(Accounts.SECOND_ROLE_ARN))
                && caller.arn().equals(Accounts.BRIDGE_USER_ARN)
                && role.externalId()
                        .map(id -> id.equals(parameters.get("ExternalId")))
                        .orElse(true);
        if (!trusted) {
            throw denied(caller, roleArn);
        }
        Identity session = identities.issue(roleArn.split(":")[4], sessionName, role.sessionLifetime());
        String sourceIdentity = parameters.containsKey("SourceIdentity")
                ? "<SourceIdentity>" + xml(parameters.get("SourceIdentity")) + "</SourceIdentity>"
                : "";
        // Whole seconds, as AWS gives them; rounded down, so that nobody trusts a session longer than it lasts.
        String expiration = session.expiresAt()
                .orElseThrow()
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        return document(
                "AssumeRole",
                "<AssumedRoleUser><AssumedRoleId>" + xml(session.userId()) + "</AssumedRoleId><Arn>"
                        + xml(session.arn())
                        + "</Arn></AssumedRoleUser><Credentials><AccessKeyId>" + session.accessKeyId()
                        + "</AccessKeyId><SecretAccessKey>" + session.secretAccessKey()
                        + "</SecretAccessKey><SessionToken>"
                        + session.sessionToken().orElseThrow() + "</SessionToken><Expiration>" + expiration
                        + "</Expiration></Credentials>" + sourceIdentity,
                requestId);
    }

    private static void checkDuration(String text, Duration roleMaximum) {
        int seconds;
        try {
            seconds = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw invalid("DurationSeconds is not a number");
        }
        if (seconds < SHORTEST || seconds > LONGEST) {
            String bound =
                    seconds < SHORTEST ? "greater than or equal to " + SHORTEST : "less than or equal to " + LONGEST;
            throw invalid("1 validation error detected: Value '" + seconds
                    + "' at 'durationSeconds' failed to satisfy constraint:" + " Member must have value " + bound);
        }
        if (seconds > roleMaximum.toSeconds()) {
            throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }
    }

    private static String callerIdentity(Identity caller, String requestId) {
        return document(
                "GetCallerIdentity",
                "<Arn>" + xml(caller.arn()) + "</Arn><UserId>" + xml(caller.userId()) + "</UserId><Account>"
                        + caller.accountId() + "</Account>",
                requestId);
    }

    static RefusedException denied(Identity caller, String roleArn) {
        return new RefusedException(
                403,
                "AccessDenied",
                "User: " + caller.arn() + " is not authorized to perform: sts:AssumeRole on resource: " + roleArn);
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(400, "ValidationError", message);
    }

    private static String document(String action, String result, String requestId) {
        return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action + "Result>"
                + result
                + "</" + action + "Result><ResponseMetadata><RequestId>" + requestId
                + "</RequestId></ResponseMetadata></"
                + action + "Response>";
    }

    static String error(RefusedException refusal, String requestId) {
        String type = refusal.status() < 500 ? "Sender" : "Receiver";
        return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>" + type
                + "</Type><Code>"
                + refusal.code() + "</Code><Message>" + xml(refusal.getMessage()) + "</Message></Error><RequestId>"
                + requestId
                + "</RequestId></ErrorResponse>";
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
