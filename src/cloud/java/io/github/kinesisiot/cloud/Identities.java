package io.github.kinesisiot.cloud;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys known to the accounts: a long-lived user of the source account, the sessions of the bridge's own role there, and the sessions of
 * the target's role. Thread-safe.
 */
final class Identities {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Identity> byAccessKey = new ConcurrentHashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final List<Session> sourceSessions = new ArrayList<>();
    private final Map<String, Instant> revokedBefore = new ConcurrentHashMap<>();
    private final Identity user;

    Identities(Clock clock) {
        this.clock = clock;
        this.user = remember(new Identity(
                0,
                Accounts.SOURCE,
                Accounts.BRIDGE_USER_ARN,
                Accounts.BRIDGE_USER_ARN,
                uniqueId("AIDA"),
                uniqueId("AKIA"),
                secret(30),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    /** The user of the source account: the bridge's own identity where it has long-lived keys. */
    Identity user() {
        return user;
    }

    Optional<Identity> find(String accessKeyId) {
        return Optional.ofNullable(byAccessKey.get(accessKeyId));
    }

    Identity issue(String roleSessionName, Duration lifetime) {
        return issue(Accounts.TARGET, roleSessionName, lifetime);
    }

    /** @param account owner of the role that the bridge assumes */
    Identity issue(String account, String roleSessionName, Duration lifetime) {
        synchronized (sessions) {
            Identity identity = session(sessions.size() + 1L, account, Accounts.ROLE_NAME, roleSessionName, lifetime);
            sessions.add(listed(identity.sessionNumber(), identity));
            return identity;
        }
    }

    /** A session of the bridge's own role in the source account. */
    Identity issueSource(String roleSessionName, Duration lifetime) {
        synchronized (sessions) {
            Identity identity = session(0, Accounts.SOURCE, Accounts.BRIDGE_ROLE_NAME, roleSessionName, lifetime);
            sourceSessions.add(listed(sourceSessions.size() + 1L, identity));
            return identity;
        }
    }

    /** The sessions of the target's role, of the second target's too, in order. */
    List<Session> sessions() {
        synchronized (sessions) {
            return List.copyOf(sessions);
        }
    }

    /** What nobody but its owner may see: the user's secret, and of each session the key, the secret and the token. */
    List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        for (Identity identity : byAccessKey.values()) {
            secrets.add(identity.secretAccessKey());
            identity.sessionToken().ifPresent(token -> {
                secrets.add(identity.accessKeyId());
                secrets.add(token);
            });
        }
        return secrets;
    }

    /** The sessions of the bridge's own role, in order. */
    List<Session> sourceSessions() {
        synchronized (sessions) {
            return List.copyOf(sourceSessions);
        }
    }

    /** What "Revoke active sessions" does to a role: its policy AWSRevokeOlderSessions denies everything to sessions older than now. */
    void revokeOlderSessions(String roleArn) {
        revokedBefore.put(roleArn, clock.instant());
    }

    /** Whether everything is denied to the session because it is older than the last revocation of its role. */
    boolean isRevoked(Identity identity) {
        Instant revocation = revokedBefore.get(identity.principalArn());
        return revocation != null
                && identity.issuedAt()
                        .map(issued -> issued.isBefore(revocation))
                        .orElse(false);
    }

    private Identity session(long number, String account, String roleName, String roleSessionName, Duration lifetime) {
        Instant now = clock.instant();
        return remember(new Identity(
                number,
                account,
                "arn:aws:sts::" + account + ":assumed-role/" + roleName + "/" + roleSessionName,
                "arn:aws:iam::" + account + ":role/" + roleName,
                uniqueId("AROA") + ":" + roleSessionName,
                uniqueId("ASIA"),
                secret(30),
                // As long as AWS's tokens are, and with all the characters that must be escaped in a URL.
                Optional.of("IQoJ+/" + secret(400) + "+/=="),
                Optional.of(now),
                Optional.of(now.plus(lifetime))));
    }

    private static Session listed(long number, Identity identity) {
        return new Session(
                number,
                identity.arn(),
                identity.accessKeyId(),
                identity.issuedAt().orElseThrow(),
                identity.expiresAt().orElseThrow());
    }

    private Identity remember(Identity identity) {
        byAccessKey.put(identity.accessKeyId(), identity);
        return identity;
    }

    private String uniqueId(String prefix) {
        StringBuilder id = new StringBuilder(prefix);
        for (int i = 0; i < 16; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    private String secret(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return Base64.getEncoder().encodeToString(value);
    }
}
