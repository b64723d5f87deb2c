package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.component.aws2.kinesis.Kinesis2Component;
import org.apache.camel.component.aws2.kinesis.Kinesis2Configuration;
import org.apache.camel.component.aws2.kinesis.Kinesis2Endpoint;
import org.apache.camel.component.aws2.kinesis.KinesisConnection;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.util.IOHelper;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Camel's {@code aws2-kinesis} component with a consumer that loses nothing: {@code useKclConsumers=true} reads with the Kinesis Client
 * Library, settles each record by its exchange, and checkpoints what is settled. All of Camel's documented options keep their meaning,
 * except that {@code kclDisableCloudwatchMetricsExport} is true unless set: KCL's CloudWatch metrics cost money per shard, and this
 * component has meters of its own.
 *
 * <p>The path of the URI is a stream name or a stream ARN.
 */
@Component("aws2-kinesis")
public final class KclKinesisComponent extends Kinesis2Component {

    private final Set<KclKinesisConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final KinesisConnection connection = new Connection();

    public KclKinesisComponent() {
        getConfiguration().setKclDisableCloudwatchMetricsExport(true);
    }

    /** How the running KCL consumers of this component are, taken together. Cheap enough for a probe every second. */
    public SourceStatus status() {
        return StatusReport.merged(consumers.stream()
                .flatMap(consumer -> consumer.status().stream())
                .toList());
    }

    /** What the running KCL consumers do. Cheap enough for somebody who looks every second. */
    public List<SourceDetail> details() {
        return consumers.stream()
                .flatMap(consumer -> consumer.detail().stream())
                .toList();
    }

    /** How long the timer of a consumer has done nothing at most; more than a moment means that it checkpoints and retries no more. */
    public Duration silence() {
        return consumers.stream()
                .map(KclKinesisConsumer::silence)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        StreamName stream = StreamName.parse(remaining);
        Kinesis2Configuration configuration =
                getConfiguration() != null ? getConfiguration().copy() : new Kinesis2Configuration();
        configuration.setStreamName(stream.name());
        KclKinesisEndpoint endpoint = new KclKinesisEndpoint(uri, stream, configuration, this);
        setProperties(endpoint, parameters);
        requireCredentials(configuration);
        return endpoint;
    }

    private static void requireCredentials(Kinesis2Configuration given) {
        boolean some = given.isUseDefaultCredentialsProvider()
                || given.isUseProfileCredentialsProvider()
                || given.isUseSessionCredentials()
                || given.getAmazonKinesisClient() != null
                || given.getAmazonKinesisAsyncClient() != null
                || given.getAccessKey() != null && given.getSecretKey() != null;
        if (!some) {
            throw new IllegalArgumentException(
                    "No credentials: set useDefaultCredentialsProvider=true, or useProfileCredentialsProvider,"
                            + " or useSessionCredentials, or accessKey and secretKey, or give a client");
        }
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return new KclKinesisEndpointConfigurer();
    }

    @Override
    public KinesisConnection getConnection() {
        return connection;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        connection.setKinesisClient(getConfiguration().getAmazonKinesisClient());
    }

    @Override
    protected void doStop() throws Exception {
        IOHelper.close(connection);
        super.doStop();
    }

    void started(KclKinesisConsumer consumer) {
        consumers.add(consumer);
    }

    void stopped(KclKinesisConsumer consumer) {
        consumers.remove(consumer);
    }

    /** Makes no client for an endpoint that only starts a KCL consumer. */
    private static final class Connection extends KinesisConnection {

        @Override
        public KinesisClient getClient(Kinesis2Endpoint endpoint) {
            return needed(endpoint) ? super.getClient(endpoint) : null;
        }

        @Override
        public KinesisAsyncClient getAsyncClient(Kinesis2Endpoint endpoint) {
            return needed(endpoint) ? super.getAsyncClient(endpoint) : null;
        }

        private static boolean needed(Kinesis2Endpoint endpoint) {
            return !(endpoint instanceof KclKinesisEndpoint ours) || ours.clientNeeded();
        }
    }
}
