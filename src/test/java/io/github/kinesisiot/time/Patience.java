package io.github.kinesisiot.time;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long tests wait for what has to come. A loaded machine is no failure: what must be quick says so itself, with a limit of its own. Instead of
 * Awaitility's default, which is one for the whole JVM and ten seconds.
 */
public final class Patience {
    public static final Duration LONG = Duration.ofSeconds(90);

    private Patience() {}

    public static ConditionFactory await() {
        return Awaitility.await().atMost(LONG);
    }
}
