package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What STS answers to a request whose signature is good: the rules of its actions, and AWS's refusals. Thread-safe. */
final class StsActions {
    static final String ASSUME_ROLE = "AssumeRole";
    /** The one action whose requests are not signed. */
    static final String WEB_IDENTITY = "AssumeRoleWithWebIdentity";

    static final String CALLER_IDENTITY = "GetCallerIdentity";

    private static final Duration LONGEST_CHAINED = Duration.ofHours(1);
    private static final List<String> ROLES_OF_TARGETS = List.of(Accounts.ROLE_ARN, Accounts.SECOND_ROLE_ARN);
    private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]*");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:\\/-]*");
    private static final Pattern ARN = Pattern.compile("arn:[^:]+:[^:]+:[^:]*:[^:]*:.+");
    private static final Pattern ROLE_ARN = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+");

    private final Identities identities;
    private final Optional<WebIdentityProvider> provider;
    private final Duration sourceLifetime;
    private volatile RoleTrust trust;

    /**
     * @param trust of the target's role
     * @param provider whose tokens the bridge's own role trusts, if anybody's
     * @param sourceLifetime of the sessions of the bridge's own role
     */
    StsActions(
            Identities identities, RoleTrust trust, Optional<WebIdentityProvider> provider, Duration sourceLifetime) {
        this.identities = identities;
        this.trust = trust;
        this.provider = provider;
        this.sourceLifetime = sourceLifetime;
    }

    void trust(RoleTrust changed) {
        trust = changed;
    }

    RoleTrust trust() {
        return trust;
    }

    /** @param caller empty for {@link #WEB_IDENTITY} alone */
    String answer(Optional<Identity> caller, StsParameters parameters, String requestId) {
        String action = parameters.action();
        String result =
                switch (action) {
                    case ASSUME_ROLE -> assumeRole(caller.orElseThrow(), parameters);
                    case WEB_IDENTITY -> assumeRoleWithWebIdentity(parameters);
                    case CALLER_IDENTITY -> callerIdentity(caller.orElseThrow());
                    default ->
                        throw new RefusedException(
                                400, "InvalidAction", "Could not find operation " + action + " for version 2011-06-15");
                };
        return StsXml.answer(action, result, requestId);
    }

    private String assumeRole(Identity caller, StsParameters parameters) {
        RoleTrust role = trust;
        SessionPolicies policies = SessionPolicies.of(parameters);
        RequestTags tags = RequestTags.of(parameters);
        Optional<String> externalId = parameters.get("ExternalId");
        Optional<String> sourceIdentity = parameters.get("SourceIdentity");

        StsConstraints constraints = new StsConstraints();
        int seconds = constrainSession(constraints, parameters);
        constraints.text("externalId", externalId, 2, 1224, EXTERNAL_ID);
        constraints.text("sourceIdentity", sourceIdentity, 2, 64, NAME);
        policies.constrain(constraints);
        tags.constrain(constraints);
        constraints.check();
        String roleArn = roleArn(parameters);
        policies.check();
        tags.check();
        int packed = policies.packedPercent(tags.isEmpty() ? "" : tags.toString());

        if (identities.isRevoked(caller)) {
            throw denied(caller, ASSUME_ROLE, roleArn + " with an explicit deny in an identity-based policy");
        }
        boolean trusted = ROLES_OF_TARGETS.contains(roleArn)
                && caller.principalArn().equals(role.principalArn())
                && (role.externalId().isEmpty() || role.externalId().equals(externalId));
        if (!trusted) {
            throw denied(caller, ASSUME_ROLE, roleArn);
        }
        if (!tags.isEmpty() && !role.tagSession()) {
            throw denied(caller, "TagSession", roleArn);
        }
        if (sourceIdentity.isPresent() && !role.setSourceIdentity()) {
            throw denied(caller, "SetSourceIdentity", roleArn);
        }
        if (caller.isAssumedRole() && seconds > LONGEST_CHAINED.toSeconds()) {
            throw StsConstraints.invalid(
                    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
        }
        if (seconds > role.maxSessionDuration().toSeconds()) {
            throw StsConstraints.invalid(
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }
        Identity session = identities.issue(
                roleArn.split(":")[4], parameters.get("RoleSessionName").orElseThrow(), role.sessionLifetime());
        return assumed(session)
                + (policies.policy().isPresent() || !policies.arns().isEmpty() || !tags.isEmpty()
                        ? StsXml.element("PackedPolicySize", Integer.toString(packed))
                        : "")
                + sourceIdentity
                        .map(identity -> StsXml.element("SourceIdentity", identity))
                        .orElse("");
    }

    private String assumeRoleWithWebIdentity(StsParameters parameters) {
        Optional<String> token = parameters.get("WebIdentityToken");
        StsConstraints constraints = new StsConstraints();
        constrainSession(constraints, parameters);
        constraints.required("webIdentityToken", token);
        // Not with the text rule of the others: its sentence repeats the value, and this one is a secret.
        token.filter(text -> text.length() < 4 || text.length() > 20_000).ifPresent(text -> {
            throw StsConstraints.invalid(
                    "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length"
                            + (text.length() < 4 ? " greater than or equal to 4" : " less than or equal to 20000"));
        });
        constraints.check();
        String roleArn = roleArn(parameters);
        String subject = provider.orElseThrow(StsActions::notAuthorizedByToken).subjectOf(token.orElseThrow());
        if (!roleArn.equals(Accounts.BRIDGE_ROLE_ARN)) {
            throw notAuthorizedByToken();
        }
        Identity session =
                identities.issueSource(parameters.get("RoleSessionName").orElseThrow(), sourceLifetime);
        return assumed(session) + StsXml.element("SubjectFromWebIdentityToken", subject);
    }

    private static int constrainSession(StsConstraints constraints, StsParameters parameters) {
        Optional<String> roleArn = parameters.get("RoleArn");
        Optional<String> sessionName = parameters.get("RoleSessionName");
        constraints.required("roleArn", roleArn);
        constraints.text("roleArn", roleArn, 20, 2048);
        constraints.required("roleSessionName", sessionName);
        constraints.text("roleSessionName", sessionName, 2, 64, NAME);
        int seconds = seconds(parameters);
        constraints.range("durationSeconds", seconds, 900, 43_200);
        return seconds;
    }

    private static int seconds(StsParameters parameters) {
        try {
            return Integer.parseInt(parameters.get("DurationSeconds").orElse("3600"));
        } catch (NumberFormatException e) {
            throw new RefusedException(400, "MalformedInput", "DurationSeconds is not an integer");
        }
    }

    private static String roleArn(StsParameters parameters) {
        String roleArn = parameters.get("RoleArn").orElseThrow();
        if (!ARN.matcher(roleArn).matches()) {
            throw StsConstraints.invalid(roleArn + " is invalid");
        }
        if (!ROLE_ARN.matcher(roleArn).matches()) {
            throw StsConstraints.invalid("Request ARN is invalid");
        }
        return roleArn;
    }

    private static String assumed(Identity session) {
        Map<String, String> user = new LinkedHashMap<>();
        user.put("AssumedRoleId", session.userId());
        user.put("Arn", session.arn());
        Map<String, String> credentials = new LinkedHashMap<>();
        credentials.put("AccessKeyId", session.accessKeyId());
        credentials.put("SecretAccessKey", session.secretAccessKey());
        credentials.put("SessionToken", session.sessionToken().orElseThrow());
        // Whole seconds, as AWS gives them; rounded down, so that nobody trusts a session longer than it lasts.
        credentials.put(
                "Expiration",
                session.expiresAt()
                        .orElseThrow()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        return StsXml.parent("AssumedRoleUser", StsXml.elements(user))
                + StsXml.parent("Credentials", StsXml.elements(credentials));
    }

    private static String callerIdentity(Identity caller) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("Arn", caller.arn());
        answer.put("UserId", caller.userId());
        answer.put("Account", caller.accountId());
        return StsXml.elements(answer);
    }

    /** What AWS says when an action is taken away from whoever may do it otherwise. */
    static RefusedException denied(Optional<Identity> caller, StsParameters parameters) {
        return switch (parameters.action()) {
            case WEB_IDENTITY -> notAuthorizedByToken();
            // No policy of the caller's can forbid this action, that of a VPC endpoint can.
            case CALLER_IDENTITY ->
                new RefusedException(
                        403,
                        "AccessDenied",
                        "User: " + caller.orElseThrow().arn()
                                + " is not authorized to perform: sts:GetCallerIdentity because no VPC endpoint policy allows the"
                                + " sts:GetCallerIdentity action");
            default ->
                denied(
                        caller.orElseThrow(),
                        parameters.action(),
                        parameters.get("RoleArn").orElse("*"));
        };
    }

    private static RefusedException denied(Identity caller, String action, String resource) {
        return new RefusedException(
                403,
                "AccessDenied",
                "User: " + caller.arn() + " is not authorized to perform: sts:" + action + " on resource: " + resource);
    }

    private static RefusedException notAuthorizedByToken() {
        return new RefusedException(403, "AccessDenied", "Not authorized to perform sts:" + WEB_IDENTITY);
    }
}
