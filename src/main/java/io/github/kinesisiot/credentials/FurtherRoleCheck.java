package io.github.kinesisiot.credentials;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready only with a valid session of the further role. */
final class FurtherRoleCheck extends AbstractHealthCheck {

    private final AssumedRoleCredentials credentials;

    FurtherRoleCheck(String name, AssumedRoleCredentials credentials) {
        super("bridge", "session-" + name);
        this.credentials = credentials;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("role", credentials.roleArn());
        credentials.problem().ifPresent(builder::message);
        credentials
                .current()
                .ifPresentOrElse(
                        session -> builder.up()
                                .detail("session", session.number())
                                .detail("expires", session.expiresAt().toString()),
                        builder::down);
    }
}
