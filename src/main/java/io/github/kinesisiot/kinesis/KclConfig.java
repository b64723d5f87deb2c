package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import software.amazon.kinesis.checkpoint.CheckpointConfig;
import software.amazon.kinesis.checkpoint.dynamodb.DynamoDBCheckpointer;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.StreamConfig;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.SchedulerCoordinatorFactory;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.leases.LeaseManagementFactory;
import software.amazon.kinesis.leases.dynamodb.DynamoDBLeaseSerializer;
import software.amazon.kinesis.lifecycle.LifecycleConfig;
import software.amazon.kinesis.metrics.MetricsConfig;
import software.amazon.kinesis.metrics.MetricsFactory;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ProcessorConfig;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalConfig;
import software.amazon.kinesis.retrieval.RetrievalSpecificConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * KCL's settings, tuned so that a start takes seconds instead of KCL's 70 and more; what each costs is in docs/decisions/0001-kcl-2.md.
 */
final class KclConfig {

    /** Four GetRecords a second and shard; Kinesis allows five, and one is left for somebody else. */
    private static final Duration IDLE_BETWEEN_READS = Duration.ofMillis(250);

    /** Records in one read, and reads KCL fetches ahead for each shard: bounds its memory to about 2 × 10 MiB per shard. */
    private static final int RECORDS_PER_READ = 5000;

    private static final int READS_AHEAD = 2;

    private static final Duration DISPATCH_INTERVAL = Duration.ofMillis(100);
    private static final Duration PARENT_POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST_TABLE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONGEST_TABLE_TIMEOUT = Duration.ofSeconds(10);

    private final StreamName stream;
    private final String application;
    private final SourceSettings settings;
    private final KclClients clients;
    private final boolean cloudWatchMetrics;
    private final LeaseManagementConfig leases;

    /** @param shardSync where KCL runs its own occasional shard synchronisation */
    KclConfig(
            StreamName stream,
            String application,
            SourceSettings settings,
            KclClients clients,
            String workerId,
            boolean cloudWatchMetrics,
            ExecutorService shardSync) {
        this.stream = stream;
        this.application = application;
        this.settings = settings;
        this.clients = clients;
        this.cloudWatchMetrics = cloudWatchMetrics;
        this.leases = new LeaseManagementConfig(application, clients.dynamoDb(), clients.kinesis(), workerId)
                .failoverTimeMillis(settings.failoverTime().toMillis())
                .dynamoDbRequestTimeout(tableTimeout(settings.failoverTime()))
                // A shard begins at the checkpoint that the last holder has just written, not at an older copy of it.
                .consistentReads(true)
                // Only the pause after a shard synchronisation; with KCL's 60 s the reading starts that much later.
                .shardSyncIntervalMillis(0)
                .executorService(shardSync);
    }

    /**
     * How long a call to the lease table may take. KCL holds the lease meanwhile, and whoever asks whether it has run out waits: longer than
     * the heartbeats are apart, and a shard would be read long after its lease has gone to somebody else.
     */
    static Duration tableTimeout(Duration failoverTime) {
        Duration heartbeat = failoverTime.dividedBy(3);
        if (heartbeat.compareTo(SHORTEST_TABLE_TIMEOUT) < 0) {
            return SHORTEST_TABLE_TIMEOUT;
        }
        return heartbeat.compareTo(LONGEST_TABLE_TIMEOUT) > 0 ? LONGEST_TABLE_TIMEOUT : heartbeat;
    }

    /** Unique in this process and on this host: two workers with one name would both believe to hold a lease. */
    static String workerId(String host) {
        return host + "/" + UUID.randomUUID();
    }

    String workerId() {
        return leases.workerIdentifier();
    }

    LeaseManagementFactory leaseManagement() {
        return leases.leaseManagementFactory(new DynamoDBLeaseSerializer(), false);
    }

    StreamConfig streamConfig(InitialPositionInStreamExtended start) {
        return new StreamConfig(stream.identifier(), start);
    }

    Scheduler scheduler(
            ShardRecordProcessorFactory shards,
            GapGuard gaps,
            InitialPositionInStreamExtended start,
            WorkerStateChangeListener states,
            ExecutorService shardThreads) {
        RetrievalConfig retrieval = new RetrievalConfig(
                clients.kinesis(), new SingleStreamTracker(stream.identifier(), streamConfig(start)), application);
        return new Scheduler(
                new CheckpointConfig()
                        .checkpointFactory((coordinator, rows) ->
                                new UnlockedCheckpointer(new DynamoDBCheckpointer(coordinator, rows))),
                new CoordinatorConfig(application)
                        // A start that fails is tried again from the lease table on, by StreamReader.
                        .maxInitializationAttempts(1)
                        .workerStateChangeListener(states)
                        // The rows were brought up to date before, by LeaseTable.
                        .skipShardSyncAtWorkerInitializationIfLeasesExist(true)
                        .shardConsumerDispatchPollIntervalMillis(DISPATCH_INTERVAL.toMillis())
                        .parentShardPollIntervalMillis(PARENT_POLL_INTERVAL.toMillis())
                        .coordinatorFactory(new SchedulerCoordinatorFactory() {
                            @Override
                            public ExecutorService createExecutorService() {
                                return shardThreads;
                            }
                        }),
                leases.initialPositionInStream(start),
                new LifecycleConfig().aggregatorUtil(new Deaggregation()).taskExecutionListener(gaps),
                metrics(),
                // Also empty reads are reported: they say how far behind the shard is and that it is being read.
                new ProcessorConfig(shards).callProcessRecordsEvenForEmptyRecordList(true),
                retrieval.retrievalSpecificConfig(retrieval()));
    }

    MetricsFactory noMetrics() {
        return new NullMetricsFactory();
    }

    private MetricsConfig metrics() {
        MetricsConfig metrics = new MetricsConfig(clients.cloudWatch(), application);
        return cloudWatchMetrics ? metrics : metrics.metricsFactory(noMetrics());
    }

    private RetrievalSpecificConfig retrieval() {
        return switch (settings.retrieval()) {
            case POLLING -> {
                PollingConfig polling = new PollingConfig(stream.name(), clients.kinesis())
                        .maxRecords(RECORDS_PER_READ)
                        .idleTimeBetweenReadsInMillis(IDLE_BETWEEN_READS.toMillis());
                polling.recordsFetcherFactory().maxPendingProcessRecordsInput(READS_AHEAD);
                yield polling;
            }
            case FAN_OUT ->
                new FanOutConfig(clients.kinesis()).streamName(stream.name()).applicationName(application);
        };
    }
}
