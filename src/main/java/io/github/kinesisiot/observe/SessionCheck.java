package io.github.kinesisiot.observe;

import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready only with a valid session of the target account's role. */
public final class SessionCheck extends AbstractHealthCheck {

    private final AssumedRoleCredentials credentials;

    public SessionCheck(AssumedRoleCredentials credentials) {
        super("bridge", "session");
        this.credentials = credentials;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Optional<String> problem = credentials.problem();
        credentials
                .current()
                .ifPresentOrElse(
                        session -> {
                            builder.up()
                                    .detail("role", session.assumedRoleArn())
                                    .detail("session", session.number())
                                    .detail("expires", session.expiresAt().toString())
                                    .detail("state", problem.isEmpty() ? "valid" : "valid, renewal fails");
                            problem.ifPresent(builder::message);
                        },
                        () -> builder.down()
                                .detail("role", credentials.roleArn())
                                .detail("state", problem.isEmpty() ? "being asked for" : "none, STS gives none")
                                .message(problem.orElse("the role has not been assumed yet")));
    }
}
