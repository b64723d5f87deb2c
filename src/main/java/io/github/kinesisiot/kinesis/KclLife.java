package io.github.kinesisiot.kinesis;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener.WorkerState;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;

/**
 * The making and unmaking of one KCL scheduler after another. Its threads are daemons and end with it: KCL's own would keep the JVM up
 * for a minute. Used by the one thread of {@link StreamReader}, {@link #release} also by the thread that stops.
 */
final class KclLife implements StreamReader.Kcl {

    private static final long IDLE_SECONDS = 60;

    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(30);

    private final StreamName stream;
    private final String application;
    private final SourceSettings settings;
    private final KclClients clients;
    private final String workerId;
    private final boolean cloudWatchMetrics;
    private final Shards shards;
    private final Clock clock;

    private ExecutorService shardThreads;
    private ExecutorService shardSync;
    private volatile LeaseTable table;

    /** Makes the reader of one shard. */
    interface Shards {
        ShardReader reader(GapGuard gaps);
    }

    KclLife(
            StreamName stream,
            String application,
            SourceSettings settings,
            KclClients clients,
            String workerId,
            boolean cloudWatchMetrics,
            Shards shards,
            Clock clock) {
        this.stream = stream;
        this.application = application;
        this.settings = settings;
        this.clients = clients;
        this.workerId = workerId;
        this.cloudWatchMetrics = cloudWatchMetrics;
        this.shards = shards;
        this.clock = clock;
    }

    @Override
    public Scheduler prepare(GapGuard gaps, Consumer<WorkerState> states, Pause pause) throws Exception {
        shardThreads = daemons("KinesisShard-" + stream.name());
        shardSync = daemons("KinesisShardSync-" + stream.name());
        // Asked while the table is looked for: the first call of each client takes a cold JVM some tenths of a second.
        CompletableFuture<?> listed = askForStream();
        requireOwnStream();
        KclConfig config =
                new KclConfig(stream, application, settings, clients, workerId, cloudWatchMetrics, shardSync);
        table = new LeaseTable(application, config, settings, clients.dynamoDb(), clock, pause);
        InitialPositionInStreamExtended start = table.prepare(listed);
        ShardRecordProcessorFactory readers = () -> shards.reader(gaps);
        return config.scheduler(readers, gaps, start, states::accept, shardThreads);
    }

    /** One cheap call, so that a missing stream or permission is an answer of AWS and not a stack trace of KCL. */
    private CompletableFuture<?> askForStream() {
        ListShardsRequest.Builder request = ListShardsRequest.builder().maxResults(1);
        stream.arn().ifPresentOrElse(arn -> request.streamARN(arn.toString()), () -> request.streamName(stream.name()));
        return clients.kinesis().listShards(request.build());
    }

    /**
     * KCL registers the consumer of enhanced fan-out at the stream of this name in the bridge's own account, whatever ARN was given: it would read
     * another stream without a word.
     */
    private void requireOwnStream() throws Exception {
        if (settings.retrieval() == SourceSettings.Retrieval.POLLING
                || stream.arn().isEmpty()) {
            return;
        }
        String own;
        try {
            own = clients.kinesis()
                    .describeStreamSummary(DescribeStreamSummaryRequest.builder()
                            .streamName(stream.name())
                            .build())
                    .get(LOOK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .streamDescriptionSummary()
                    .streamARN();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ResourceNotFoundException)) {
                throw e;
            }
            own = "none";
        }
        if (!own.equals(stream.toString())) {
            throw new ForeignStreamException(
                    "retrieval=fan-out reads the stream of this name in the bridge's own account, which is "
                            + own + ", not " + stream
                            + ". Set kinesis.retrieval=polling, or run the bridge in the account that has the stream");
        }
    }

    @Override
    public void release(Set<String> busy) {
        LeaseTable last = table;
        if (last != null) {
            last.release(shardId -> !busy.contains(shardId));
        }
    }

    @Override
    public void ended() {
        if (shardThreads != null) {
            shardThreads.shutdownNow();
        }
        if (shardSync != null) {
            shardSync.shutdownNow();
        }
    }

    private static ExecutorService daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
