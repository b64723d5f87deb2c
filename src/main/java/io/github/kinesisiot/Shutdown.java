package io.github.kinesisiot;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends Camel when the process is told to end, and says so: the JVM stays until everything is stopped, and the last line of the log is the one that
 * tells how long it took. Camel's own hook ends the JVM as soon as the context is down, wherever the log is then.
 */
final class Shutdown extends SimpleMainShutdownStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final Supplier<Duration> limit;
    private final LongSupplier nanos;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean told;

    /** @param limit how long stopping may take altogether, asked for when it begins */
    Shutdown(Supplier<Duration> limit, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
    }

    @Override
    public void init() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::toldToEnd, "shutdown"));
    }

    /** Everything is stopped, or was never started. Says so unless the process was told to end, which the thread that was told does. */
    void ended(int exitCode) {
        boolean itself = !told;
        ended.countDown();
        if (itself) {
            LOG.atInfo()
                    .addKeyValue("event", "ended-by-itself")
                    .addKeyValue("exit_code", exitCode)
                    .log("Ended by itself, exit code {}", exitCode);
        }
    }

    /** It could not start; whoever knows why says so. */
    void notStarted() {
        ended.countDown();
    }

    void toldToEnd() {
        if (ended.getCount() == 0) {
            return; // the process ends by itself
        }
        told = true;
        long begun = nanos.getAsLong();
        LOG.atInfo()
                .addKeyValue("event", "shutdown-begun")
                .log("Stopping: the process was told to end; what is held may settle first");
        shutdown();
        boolean all = awaitEnd();
        double seconds = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun) / 1000.0;
        if (all) {
            LOG.atInfo()
                    .addKeyValue("event", "shutdown-done")
                    .addKeyValue("seconds", seconds)
                    .log("Shut down in {} s", seconds);
        } else {
            LOG.atWarn()
                    .addKeyValue("event", "shutdown-cut-short")
                    .addKeyValue("seconds", seconds)
                    .log("Not everything had stopped after {} s: ending all the same; nothing is lost", seconds);
        }
    }

    private boolean awaitEnd() {
        try {
            return ended.await(limit.get().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
