package io.github.kinesisiot.credentials;

import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * A credentials provider whose sessions can be followed: who holds connections signed by a session learns when the next one begins.
 *
 * <p>Thread-safe. {@link #resolveCredentials()} never returns expired credentials: it throws {@link SessionUnavailableException}.
 */
public interface SessionSource extends AwsCredentialsProvider {

    /** The session in force, or empty before the first one and after an expiry that could not be renewed. Never blocks. */
    Optional<AssumedSession> current();

    /**
     * Calls the listener once for each session that begins from now on, on the renewing thread: it must return at once. What it throws
     * is logged and does not stop the renewal.
     *
     * @return ends the calls; whoever goes away before the sessions do has to run it
     */
    Runnable onNewSession(Consumer<AssumedSession> listener);

    /**
     * Somebody was refused (HTTP 403) with this session. If it is still the current one it is renewed, at most once a minute and within
     * the limit of calls; a report about an older session is ignored.
     */
    void refused(AssumedSession session);
}
