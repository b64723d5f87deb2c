package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.Heartbeat;
import io.github.kinesisiot.log.RepeatedFault;
import io.github.kinesisiot.trace.RecordTracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a stream with the Kinesis Client Library and hands each record to the route asynchronously; the lease table follows what the route
 * has settled.
 *
 * <p>Promises at least once: a record's place is checkpointed only after its exchange, and that of every record before it in the shard,
 * ended without an exception. In order per partition key: of the first deliveries. After a crash or when a lease moves, what was not
 * checkpointed is delivered again, so an earlier record may be repeated after a later one. Does not promise exactly once, nor an order
 * between keys.
 *
 * <p>Camel's shutdown suspends the consumer first: nothing more is taken in, leases and places are kept, and what is held goes on. All of it,
 * not only what is in flight: with keys in parallel, a record that waits behind its key lies before others that are settled, and would make the
 * next container repeat them. When Camel has counted the route and the window empty it stops the consumer, which checkpoints, lets the leases
 * go and takes its name off them.
 * Suspended by hand it keeps its leases and goes on where it was when resumed.
 *
 * <p>Route steps run on a pool as large as the pool size of Camel's default thread pool profile ({@code camel.threadpool.pool-size}, 10).
 * A step that blocks holds one of them; an asynchronous one does not.
 */
final class KclKinesisConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(KclKinesisConsumer.class);

    /** The window's retries never wait for what waits for DynamoDB: checkpoints, the look at the lease table and at the leases held. */
    private static final int TIMER_THREADS = 5;

    private static final Duration BEAT_INTERVAL = Duration.ofSeconds(1);

    /** Camel has waited for what is in flight before it stops the consumer; what is left then is not going to end soon. */
    private static final Duration SETTLE_AT_STOP = Duration.ofSeconds(2);

    private static final Backoff RESTART_BACKOFF =
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), bound -> ThreadLocalRandom.current()
                    .nextLong(bound));

    private final KclKinesisEndpoint endpoint;
    private final Clock clock;

    private SourceSettings settings;
    private Problems problems;
    private KclClients clients;
    private ExecutorService routeThreads;
    private ScheduledExecutorService timer;
    private ExecutorService kclThread;
    private SourceMeters meters;
    private volatile Heartbeat heartbeat;
    private Window window;
    private StreamReader reader;

    KclKinesisConsumer(KclKinesisEndpoint endpoint, Processor processor, Clock clock) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.clock = clock;
    }

    @Override
    public KclKinesisEndpoint getEndpoint() {
        return endpoint;
    }

    /**
     * Takes as many tasks as there are. Camel's own default refuses those beyond 1,000, and each record that waits for its next attempt is one.
     */
    static ScheduledExecutorService timer(ExecutorServiceManager pools, Object source) {
        ThreadPoolProfile unbounded = new ThreadPoolProfileBuilder("KinesisTimer")
                .poolSize(TIMER_THREADS)
                .maxQueueSize(0)
                .build();
        return pools.newScheduledThreadPool(source, unbounded.getId(), unbounded);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        settings = endpoint.settings();
        problems = new Problems();
        RepeatedFault faults = new RepeatedFault(clock);
        StreamName stream = endpoint.stream();
        String application = endpoint.application();
        clients = new KclClients(
                endpoint.kclConfiguration(), new CallWatch(stream.toString(), application, faults, problems));

        ExecutorServiceManager pools = getEndpoint().getCamelContext().getExecutorServiceManager();
        int threads = pools.getDefaultThreadPoolProfile().getPoolSize();
        routeThreads = pools.newFixedThreadPool(this, "KinesisRoute", threads);
        timer = timer(pools, this);
        kclThread = pools.newSingleThreadExecutor(this, "Kinesis");

        meters = meters(stream);
        window = new Window(
                WindowLimits.ofHeap(
                        settings.maxInFlight(), threads, Runtime.getRuntime().maxMemory()),
                new RouteAttempt(
                        this,
                        getAsyncProcessor(),
                        stream.name(),
                        getEndpoint().getCamelContext().getRegistry().findSingleByType(RecordTracing.class)),
                routeThreads,
                timer,
                new Backoff(settings.retryDelay(), settings.maxRetryDelay(), bound -> ThreadLocalRandom.current()
                        .nextLong(bound)),
                clock,
                new Events(meters, faults));
        Checkpoints checkpoints = new Checkpoints(window, clock, faults, problems);
        KclLife kcl = new KclLife(
                stream,
                application,
                settings,
                clients,
                KclConfig.workerId(hostName()),
                endpoint.cloudWatchMetrics(),
                gaps -> new ShardReader(window, checkpoints, gaps, clock, faults),
                clock);
        reader = new StreamReader(
                kcl, window, checkpoints, settings, RESTART_BACKOFF, timer, kclThread, faults, problems);
        if (meters != null) {
            meters.watch(window, reader);
        }
        heartbeat = new Heartbeat(System::nanoTime);
        Window open = window;
        long millis = BEAT_INTERVAL.toMillis();
        timer.scheduleWithFixedDelay(() -> beat(open, faults), millis, millis, TimeUnit.MILLISECONDS);
        LOG.atInfo()
                .addKeyValue("event", "stream-started")
                .addKeyValue("stream", stream)
                .addKeyValue("application", application)
                .log("Reading stream {} as application {} ({})", stream, application, settings);
        reader.start();
        endpoint.getComponent().started(this);
    }

    private void beat(Window open, RepeatedFault faults) {
        heartbeat.beat();
        if (meters != null) {
            try {
                meters.follow(open);
            } catch (RuntimeException unexpected) {
                // An exception would end the repetition, and with it the heartbeat.
                faults.report("meters", more -> LOG.atError()
                        .addKeyValue("event", "source-task-failed")
                        .addKeyValue("repeated", more)
                        .setCause(unexpected)
                        .log("The meters of the shards failed{}", RepeatedFault.more(more)));
            }
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        if (window != null) {
            window.suspend();
        }
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        if (window != null) {
            window.resume();
        }
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false;
    }

    /** What may start and has not yet; Camel counts what is in flight itself. */
    @Override
    public int getPendingExchangesSize() {
        Window open = window;
        return open == null ? 0 : open.look(Window.View::ready);
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Suspending and stopping do what there is to do.
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().stopped(this);
        try {
            uninterrupted(this::stopReading);
        } finally {
            super.doStop();
        }
    }

    /**
     * Camel interrupts the thread that stops the routes as soon as its limit is over, and that is often this one. What is to be done now has limits of
     * its own; cut short, the leases would stay with a container that is gone, and nobody would be told what is left.
     */
    private void uninterrupted(Runnable task) {
        ExecutorServiceManager pools = getEndpoint().getCamelContext().getExecutorServiceManager();
        CompletableFuture.runAsync(
                        task, given -> pools.newThread("KinesisStop", given).start())
                .join();
    }

    private void stopReading() {
        try {
            if (reader != null) {
                int leases = reader.heldNow().size();
                int unsettled = reader.stop(SETTLE_AT_STOP);
                LOG.atInfo()
                        .addKeyValue("event", "stream-stopped")
                        .addKeyValue("stream", endpoint.stream())
                        .addKeyValue("leases", leases)
                        .addKeyValue("unsettled", unsettled)
                        .log(
                                "Stopped reading stream {}: {} leases let go, {} records unsettled",
                                endpoint.stream(),
                                leases,
                                unsettled);
            }
        } catch (InterruptedException e) {
            // Of a thread that nobody else knows: the JVM itself is ending.
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    private void release() {
        ExecutorServiceManager pools = getEndpoint().getCamelContext().getExecutorServiceManager();
        for (ExecutorService pool : new ExecutorService[] {timer, kclThread, routeThreads}) {
            if (pool != null) {
                pools.shutdownNow(pool);
            }
        }
        if (meters != null) {
            meters.close();
        }
        if (clients != null) {
            clients.close();
        }
        reader = null;
        window = null;
    }

    Optional<SourceStatus> status() {
        Window open = window;
        StreamReader reading = reader;
        return open == null || reading == null
                ? Optional.empty()
                : Optional.of(StatusReport.of(open, reading.started(), problems));
    }

    /** Empty while it does not run. */
    Optional<SourceDetail> detail() {
        return Optional.ofNullable(window)
                .map(open -> new SourceDetail(
                        endpoint.stream().name(), endpoint.application(), open.figures(), StatusReport.shards(open)));
    }

    /** How long the timer of the window's retries and of the checkpoints has done nothing; it has something to do every second. */
    Duration silence() {
        Heartbeat beats = heartbeat;
        return beats == null ? Duration.ZERO : beats.silence();
    }

    private SourceMeters meters(StreamName stream) {
        MeterRegistry registry = getEndpoint().getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
        return registry == null ? null : new SourceMeters(registry, stream.name(), clock);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "unknown-host";
        }
    }

    /** @param meters null without a registry */
    private record Events(SourceMeters meters, RepeatedFault faults) implements WindowEvents {

        @Override
        public void read() {
            if (meters != null) {
                meters.read();
            }
        }

        @Override
        public void settled() {
            if (meters != null) {
                meters.settled();
            }
        }

        @Override
        public void failed(HeldRecord record, Throwable failure) {
            if (meters != null) {
                meters.retried();
            }
            faults.report("record " + record.shard.id, more -> LOG.atWarn()
                    .addKeyValue("event", "record-retried")
                    .addKeyValue("shard", record.shard.id)
                    .addKeyValue("sequence", record.position)
                    .addKeyValue("reason", Problems.code(failure))
                    .addKeyValue("repeated", more)
                    .log(
                            "Shard {}: record {} is not settled and is tried again ({}){}",
                            record.shard.id,
                            record.position,
                            Problems.brief(failure),
                            RepeatedFault.more(more)));
        }
    }
}
