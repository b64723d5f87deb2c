package io.github.kinesisiot.credentials;

import io.github.kinesisiot.config.RoleSettings;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/**
 * The credentials of one more role, as a bean of a YAML file: for a second target account. Assumed through the same route as the first role, with
 * the same source credentials, and renewed by the same rules ({@link AssumedRoleCredentials}); with a readiness check of its own.
 *
 * <p>Made and set by one thread, then thread-safe. Asks for its first session when the routes stand.
 */
public final class FurtherRole implements SessionSource, CamelContextAware {

    private CamelContext camel;
    private String name = "further";
    private String arn;
    private String externalId = "";
    private String sessionName = "kinesis-iot-bridge";
    private String sessionDuration = "3600s";
    private AssumedRoleCredentials credentials;

    /**
     * Called by Camel when all properties are set.
     *
     * @throws io.github.kinesisiot.config.SettingsException with everything that is wrong with them
     */
    public void start() throws Exception {
        var settings = RoleSettings.further(name, arn, sessionName, sessionDuration, externalId);
        credentials = SessionService.credentials(camel, settings, Clock.systemUTC(), "assume-role-" + name);
        camel.getRegistry().bind("session-" + name + "-check", new FurtherRoleCheck(name, credentials));
    }

    /**
     * What tells of its session, for meters.
     *
     * @throws IllegalStateException when {@link #start} has not been called
     */
    public AssumedRoleCredentials credentials() {
        if (credentials == null) {
            throw new IllegalStateException("the bean of role '" + name + "' needs initMethod: start");
        }
        return credentials;
    }

    public String name() {
        return name;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return credentials().resolveCredentials();
    }

    @Override
    public Optional<AssumedSession> current() {
        return credentials().current();
    }

    @Override
    public Runnable onNewSession(Consumer<AssumedSession> listener) {
        return credentials().onNewSession(listener);
    }

    @Override
    public void refused(AssumedSession session) {
        credentials().refused(session);
    }

    @Override
    public CamelContext getCamelContext() {
        return camel;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        camel = camelContext;
    }

    /** Of the check in readiness, {@code session-<name>}, and of the renewing thread. */
    public void setName(String name) {
        this.name = name;
    }

    public void setArn(String arn) {
        this.arn = arn;
    }

    /** Blank for none. */
    public void setExternalId(String externalId) {
        this.externalId = externalId;
    }

    public void setSessionName(String sessionName) {
        this.sessionName = sessionName;
    }

    /** 900s to 12h, as {@code external.role.session-duration}. */
    public void setSessionDuration(String sessionDuration) {
        this.sessionDuration = sessionDuration;
    }
}
