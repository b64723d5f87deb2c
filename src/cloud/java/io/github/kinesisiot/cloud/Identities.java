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

/** The keys known to the two accounts: the bridge's own user in the source account, and the sessions issued by STS. Thread-safe. */
final class Identities {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Identity> byAccessKey = new ConcurrentHashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Identity user;

    Identities(Clock clock) {
        this.clock = clock;
        this.user = remember(new Identity(
                0,
                Accounts.SOURCE,
                Accounts.BRIDGE_USER_ARN,
                uniqueId("AIDA"),
                uniqueId("AKIA"),
                secret(30),
                Optional.empty(),
                Optional.empty()));
    }

    /** The bridge's own identity, in the source account. */
    Identity user() {
        return user;
    }

    Optional<Identity> find(String accessKeyId) {
        return Optional.ofNullable(byAccessKey.get(accessKeyId));
    }

    Identity issue(String roleSessionName, Duration lifetime) {
        return issue(Accounts.TARGET, roleSessionName, lifetime);
    }

    /** @param account owner of the role */
    Identity issue(String account, String roleSessionName, Duration lifetime) {
        synchronized (sessions) {
            Instant now = clock.instant();
            Session session = new Session(
                    sessions.size() + 1,
                    "arn:aws:sts::" + account + ":assumed-role/" + Accounts.ROLE_NAME + "/" + roleSessionName,
                    now,
                    now.plus(lifetime));
            sessions.add(session);
            return remember(new Identity(
                    session.number(),
                    account,
                    session.assumedRoleArn(),
                    uniqueId("AROA") + ":" + roleSessionName,
                    uniqueId("ASIA"),
                    secret(30),
                    // As long as AWS's tokens are, and with all the characters that must be escaped in a URL.
                    Optional.of("IQoJ+/" + secret(400) + "+/=="),
                    Optional.of(session.expiresAt())));
        }
    }

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
