package io.github.kinesisiot.cloud;

import java.util.List;
import java.util.Map;

/** Where the bridge has its credentials in the source account from, and the switch that stops their being replaced. Thread-safe. */
public interface SourceCredentials extends AutoCloseable {

    /** What the SDK's default chain finds them by. */
    Map<String, String> environment();

    /** The sessions of the bridge's own role so far, in order; empty for a user. */
    List<Session> sessions();

    /** From now on what is there stays there, also when it has ended. */
    void pauseRotation();

    void resumeRotation();

    @Override
    void close();
}
