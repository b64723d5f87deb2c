package io.github.kinesisiot.kinesis;

import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.kinesis.Kinesis2Configuration;
import org.apache.camel.component.aws2.kinesis.Kinesis2Endpoint;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;

/**
 * Camel's Kinesis endpoint, whose consumer reads with the Kinesis Client Library when {@code useKclConsumers} is set. Producers and the
 * consumer without KCL are Camel's own.
 */
@UriEndpoint(scheme = "aws2-kinesis", title = "AWS Kinesis", syntax = "aws2-kinesis:streamName", firstVersion = "3.2.0")
public class KclKinesisEndpoint extends Kinesis2Endpoint {

    @UriParam(
            label = "consumer",
            defaultValue = "TRIM_HORIZON",
            description =
                    "Where a shard without checkpoint begins: TRIM_HORIZON, LATEST (the moment of the first start) or an ISO-8601 instant")
    private String start = "TRIM_HORIZON";

    @UriParam(
            label = "consumer",
            defaultValue = "polling",
            enums = "polling,fan-out",
            description = "How the shards are read")
    private String retrieval = "polling";

    @UriParam(
            label = "consumer",
            defaultValue = "1000",
            description = "Records in the route at once, in all shards together")
    private String maxInFlight = "1000";

    @UriParam(
            label = "consumer",
            defaultValue = "5s",
            description = "How often the settled places are written to the lease table")
    private String checkpointInterval = "5s";

    @UriParam(
            label = "consumer",
            defaultValue = "10s",
            description = "After this long without a heartbeat another container takes a shard")
    private String failoverTime = "10s";

    @UriParam(
            label = "consumer",
            defaultValue = "100ms",
            description = "Longest wait before the first retry; doubled with each further one")
    private String retryDelay = "100ms";

    @UriParam(label = "consumer", defaultValue = "30s", description = "Longest wait before any retry")
    private String maxRetryDelay = "30s";

    private final StreamName stream;
    private SourceSettings settings;
    private boolean clientNeeded = true;

    KclKinesisEndpoint(
            String uri, StreamName stream, Kinesis2Configuration configuration, KclKinesisComponent component) {
        super(uri, configuration, component);
        this.stream = stream;
    }

    @Override
    public KclKinesisComponent getComponent() {
        return (KclKinesisComponent) super.getComponent();
    }

    @Override
    protected void doStart() throws Exception {
        if (getConfiguration().isUseKclConsumers()) {
            settings = SourceSettings.parse(
                    new SourceSettings.Text(
                            start, retrieval, maxInFlight, checkpointInterval, failoverTime, retryDelay, maxRetryDelay),
                    text -> getCamelContext().getTypeConverter().tryConvertTo(Duration.class, text));
            requireRegionOfArn();
        }
        // KCL works with clients of its own; the one Camel would make here would stand idle.
        clientNeeded = !getConfiguration().isUseKclConsumers();
        try {
            super.doStart();
        } finally {
            clientNeeded = true;
        }
    }

    private void requireRegionOfArn() {
        String region = getConfiguration().getRegion();
        stream.region()
                .filter(ofArn -> region != null && !region.isBlank() && !region.equals(ofArn))
                .ifPresent(ofArn -> {
                    throw new IllegalArgumentException(
                            "region: '" + region + "' is not the region of the stream's ARN, " + ofArn
                                    + "; leave it out or make them the same");
                });
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!getConfiguration().isUseKclConsumers()) {
            return super.createConsumer(processor);
        }
        KclKinesisConsumer consumer = new KclKinesisConsumer(this, processor, Clock.systemUTC());
        configureConsumer(consumer);
        return consumer;
    }

    /** False only while a KCL endpoint starts. */
    boolean clientNeeded() {
        return clientNeeded;
    }

    StreamName stream() {
        return stream;
    }

    SourceSettings settings() {
        return settings;
    }

    /** The name of the lease table; as Camel documents, the stream's name unless set. */
    String application() {
        String name = getConfiguration().getApplicationName();
        return name == null || name.isBlank() ? stream.name() : name;
    }

    /** The configuration for KCL's clients; in the region of the ARN if none is set. */
    Kinesis2Configuration kclConfiguration() {
        Kinesis2Configuration configuration = getConfiguration().copy();
        String region = configuration.getRegion();
        if (region == null || region.isBlank()) {
            configuration.setRegion(stream.region().orElse(null));
        }
        return configuration;
    }

    boolean cloudWatchMetrics() {
        return !getConfiguration().isKclDisableCloudwatchMetricsExport();
    }

    public String getStart() {
        return start;
    }

    public void setStart(String start) {
        this.start = start;
    }

    public String getRetrieval() {
        return retrieval;
    }

    public void setRetrieval(String retrieval) {
        this.retrieval = retrieval;
    }

    public String getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(String maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public String getCheckpointInterval() {
        return checkpointInterval;
    }

    public void setCheckpointInterval(String checkpointInterval) {
        this.checkpointInterval = checkpointInterval;
    }

    public String getFailoverTime() {
        return failoverTime;
    }

    public void setFailoverTime(String failoverTime) {
        this.failoverTime = failoverTime;
    }

    public String getRetryDelay() {
        return retryDelay;
    }

    public void setRetryDelay(String retryDelay) {
        this.retryDelay = retryDelay;
    }

    public String getMaxRetryDelay() {
        return maxRetryDelay;
    }

    public void setMaxRetryDelay(String maxRetryDelay) {
        this.maxRetryDelay = maxRetryDelay;
    }
}
