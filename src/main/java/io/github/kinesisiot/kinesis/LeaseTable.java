package io.github.kinesisiot.kinesis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.LeaseRefresher;
import software.amazon.kinesis.leases.exceptions.DependencyException;
import software.amazon.kinesis.leases.exceptions.InvalidStateException;
import software.amazon.kinesis.leases.exceptions.ProvisionedThroughputException;
import software.amazon.kinesis.lifecycle.TaskResult;

/**
 * The application's table in DynamoDB, one row per shard: made ready before KCL starts, and rid of this container's name when it ends.
 *
 * <p>{@link #prepare()} creates the table (on demand) and lets KCL's own shard synchronisation write the rows, so they are what KCL would
 * write, without the waits KCL puts around it. Each row is written on the condition that it is not there yet, hence any number of
 * containers may do this at once.
 *
 * <p>With {@code start=LATEST} the moment of the first start is kept in the rows and used as the start from then on. KCL's own LATEST is
 * 'the end of the stream when the shard's lease is taken', also after a crash before the first checkpoint, and so would lose what came in
 * between.
 *
 * <p>Blocks; call from one thread at a time.
 */
final class LeaseTable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseTable.class);
    private static final Duration STREAM_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** Kinesis refuses a start in the future, and this host's clock may be a little ahead. */
    private static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(1);

    private final String name;
    private final KclConfig config;
    private final SourceSettings settings;
    private final DynamoDbAsyncClient dynamoDb;
    private final LeaseRefresher rows;
    private final Clock clock;
    private final Pause pause;

    LeaseTable(
            String name,
            KclConfig config,
            SourceSettings settings,
            DynamoDbAsyncClient dynamoDb,
            Clock clock,
            Pause pause) {
        this.name = name;
        this.config = config;
        this.settings = settings;
        this.dynamoDb = dynamoDb;
        this.rows = config.leaseManagement().createLeaseRefresher();
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * @param stream Kinesis' answer about the stream; no table is made for one that cannot be read
     * @return where a shard without checkpoint begins
     * @throws Exception what DynamoDB or Kinesis answered; to be tried again
     */
    InitialPositionInStreamExtended prepare(Future<?> stream) throws Exception {
        boolean there = rows.leaseTableExists();
        stream.get(STREAM_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (!there) {
            rows.createLeaseTableIfNotExists();
            while (!rows.leaseTableExists()) {
                pause.of(BETWEEN_LOOKS);
            }
            LOG.atInfo()
                    .addKeyValue("event", "lease-table-made")
                    .addKeyValue("table", name)
                    .log("Lease table {} is there", name);
        }
        if (!settings.start().latest()) {
            InitialPositionInStreamExtended start = settings.start().forKcl();
            syncRows(start);
            return start;
        }
        Instant firstStart = FirstStart.earliest(name, dynamoDb, clock.instant().minus(CLOCK_ALLOWANCE));
        syncRows(StartPosition.at(firstStart).forKcl());
        return StartPosition.at(FirstStart.keep(name, dynamoDb, firstStart)).forKcl();
    }

    private void syncRows(InitialPositionInStreamExtended start) throws Exception {
        TaskResult synced = config.leaseManagement()
                .createShardSyncTaskManager(config.noMetrics(), config.streamConfig(start), null)
                .callShardSyncTask();
        if (synced.getException() != null) {
            throw synced.getException();
        }
        if (rows.isLeaseTableEmpty()) {
            throw new IllegalStateException("no shard of the stream could be listed yet");
        }
    }

    /**
     * Takes this container's name off its rows, so that the next container need not wait until they look abandoned.
     *
     * @param releasable whether nothing of this shard is in flight here any more
     */
    void release(Predicate<String> releasable) {
        try {
            for (Lease lease : rows.listLeases()) {
                if (config.workerId().equals(lease.leaseOwner()) && releasable.test(lease.leaseKey())) {
                    rows.evictLease(lease);
                }
            }
        } catch (DependencyException | InvalidStateException | ProvisionedThroughputException away) {
            LOG.atWarn()
                    .addKeyValue("event", "leases-not-released")
                    .addKeyValue("table", name)
                    .addKeyValue("reason", Problems.code(Problems.root(away)))
                    .log(
                            "The leases could not be released ({}); the next container waits for the failover time",
                            Problems.brief(Problems.root(away)));
        }
    }
}
