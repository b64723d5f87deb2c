package io.github.kinesisiot.observe;

import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import io.github.kinesisiot.credentials.AssumedSession;
import java.util.Map;
import java.util.Optional;

/** Ready only with a valid session of the target account's role. */
public final class SessionCheck extends BridgeCheck {

    private final AssumedRoleCredentials credentials;

    public SessionCheck(AssumedRoleCredentials credentials) {
        super("session");
        this.credentials = credentials;
    }

    @Override
    Finding look() {
        Optional<String> problem = credentials.problem();
        return credentials.current().map(session -> valid(session, problem)).orElseGet(() -> none(problem));
    }

    private static Finding valid(AssumedSession session, Optional<String> problem) {
        String until = "session " + session.number() + " is valid until " + session.expiresAt();
        return Finding.up(
                problem.map(sentence -> until + ", but its renewal fails: " + sentence)
                        .orElse(until),
                Map.of(
                        "role", session.assumedRoleArn(),
                        "session", session.number(),
                        "expires", session.expiresAt().toString(),
                        "state", problem.isEmpty() ? "valid" : "valid, renewal fails"));
    }

    private Finding none(Optional<String> problem) {
        return Finding.down(
                problem.orElse("the role has not been assumed yet: STS is being asked"),
                Map.of(
                        "role",
                        credentials.roleArn(),
                        "state",
                        problem.isEmpty() ? "being asked for" : "none, STS gives none"));
    }
}
