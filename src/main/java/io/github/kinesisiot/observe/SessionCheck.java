package io.github.kinesisiot.observe;

import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import java.util.Map;
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
        credentials
                .current()
                .ifPresentOrElse(
                        session -> builder.up()
                                .detail("role", session.assumedRoleArn())
                                .detail("session", session.number())
                                .detail("expires", session.expiresAt().toString()),
                        () -> builder.down()
                                .detail("role", credentials.roleArn())
                                .message(credentials.problem().orElse("the role has not been assumed yet")));
    }
}
