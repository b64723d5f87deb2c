package io.github.kinesisiot.credentials;

import io.github.kinesisiot.config.RoleSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Executors;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Ties the credentials to a Camel context: they ask for their first session when its routes stand, because they ask through one of them, and end
 * when the context has stopped its routes, so that what drains can still connect.
 */
public final class SessionService extends ServiceSupport implements StartupListener {

    private final AssumedRoleCredentials credentials;

    SessionService(AssumedRoleCredentials credentials) {
        this.credentials = credentials;
    }

    /**
     * The credentials of a role, tied to this context.
     *
     * @param thread name of the thread that renews the session
     */
    public static AssumedRoleCredentials credentials(CamelContext camel, RoleSettings role, Clock clock, String thread)
            throws Exception {
        var credentials = new AssumedRoleCredentials(
                RoleRequest.of(role),
                new AssumeRoleRoute(camel),
                clock,
                Executors.newSingleThreadScheduledExecutor(task -> {
                    var renewal = new Thread(task, thread);
                    renewal.setDaemon(true);
                    return renewal;
                }),
                new SecureRandom());
        var service = new SessionService(credentials);
        camel.addService(service);
        camel.addStartupListener(service);
        return credentials;
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // Too early: a request now would change the context's lists while the starting thread walks them.
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        credentials.start();
    }

    @Override
    protected void doStop() {
        credentials.close();
    }
}
