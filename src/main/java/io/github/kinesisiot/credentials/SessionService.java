package io.github.kinesisiot.credentials;

import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Ties the credentials to a Camel context: they ask for their first session when its routes stand, because they ask through one of them, and end
 * when the context has stopped its routes, so that what drains can still connect.
 */
public final class SessionService extends ServiceSupport implements StartupListener {

    private final AssumedRoleCredentials credentials;

    public SessionService(AssumedRoleCredentials credentials) {
        this.credentials = credentials;
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
