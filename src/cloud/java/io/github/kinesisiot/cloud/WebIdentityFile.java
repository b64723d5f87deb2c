package io.github.kinesisiot.cloud;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The token in a file that the SDK takes to STS for a session of the bridge's role; replaced when half of its time has passed. Thread-safe. */
final class WebIdentityFile implements SourceCredentials {
    private final WebIdentityProvider provider;
    private final SecretFile file;
    private final Duration lifetime;
    private final Supplier<List<Session>> sessions;
    private final ScheduledExecutorService timer;
    private volatile boolean paused;

    /** @param timer used by nobody else, shut down by {@link #close()} */
    WebIdentityFile(
            WebIdentityProvider provider,
            Path file,
            Duration lifetime,
            ScheduledExecutorService timer,
            Supplier<List<Session>> sessions) {
        this.provider = provider;
        this.file = new SecretFile(file);
        this.lifetime = lifetime;
        this.timer = timer;
        this.sessions = sessions;
        replace();
        replaceAtHalfTime();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                file.path().toString(),
                "AWS_ROLE_ARN",
                Accounts.BRIDGE_ROLE_ARN,
                "AWS_ROLE_SESSION_NAME",
                "web-identity");
    }

    @Override
    public List<Session> sessions() {
        return sessions.get();
    }

    @Override
    public void pauseRotation() {
        paused = true;
    }

    @Override
    public void resumeRotation() {
        paused = false;
        replace();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void replaceAtHalfTime() {
        timer.schedule(
                () -> {
                    if (!paused) {
                        replace();
                    }
                    replaceAtHalfTime();
                },
                lifetime.toMillis() / 2,
                TimeUnit.MILLISECONDS);
    }

    private synchronized void replace() {
        file.replace(provider.issue(lifetime));
    }
}
