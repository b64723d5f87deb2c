package io.github.kinesisiot.cloud;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The keys of a user, or of one session, in environment variables: nobody replaces them. */
final class KeysInEnvironment implements SourceCredentials {
    private final Identity identity;
    private final Supplier<List<Session>> sessions;

    KeysInEnvironment(Identity identity, Supplier<List<Session>> sessions) {
        this.identity = identity;
        this.sessions = sessions;
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("AWS_ACCESS_KEY_ID", identity.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", identity.secretAccessKey());
        identity.sessionToken().ifPresent(token -> environment.put("AWS_SESSION_TOKEN", token));
        return environment;
    }

    @Override
    public List<Session> sessions() {
        return sessions.get();
    }

    @Override
    public void pauseRotation() {
        // Nothing is replaced at any time.
    }

    @Override
    public void resumeRotation() {
        throw new UnsupportedOperationException("what a process has in its environment nobody replaces");
    }

    @Override
    public void close() {
        // Nothing runs.
    }
}
