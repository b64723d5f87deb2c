package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KclKinesisComponentTest {

    private static final String KCL = "?useKclConsumers=true&useDefaultCredentialsProvider=true&region=eu-west-1";

    private final CamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.getRegistry().bind("aws2-kinesis", new KclKinesisComponent());
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** The shipped route gives no more than name and application: the rest must have sound defaults. */
    @Test
    void theDefaultsAreTheDocumentedOnes() {
        SourceSettings settings = started("orders" + KCL).settings();

        assertThat(settings.start()).isEqualTo(StartPosition.parse("TRIM_HORIZON"));
        assertThat(settings.retrieval()).isEqualTo(SourceSettings.Retrieval.POLLING);
        assertThat(settings.maxInFlight()).isEqualTo(1000);
        assertThat(settings.checkpointInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.failoverTime()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.retryDelay()).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.maxRetryDelay()).isEqualTo(Duration.ofSeconds(30));
    }

    /** Camel's own default takes 1,000 tasks: with more records that waited for their next attempt the others were never tried again. */
    @Test
    void theTimerTakesARetryOfEachRecordThatTheLargestWindowHolds() {
        ScheduledExecutorService timer = KclKinesisConsumer.timer(camel.getExecutorServiceManager(), this);
        try {
            for (int n = 0; n < 200_000; n++) {
                timer.schedule(() -> {}, 1, TimeUnit.HOURS);
            }
        } finally {
            camel.getExecutorServiceManager().shutdownNow(timer);
        }
    }

    /** An option that is parsed and forgotten would be found in production. */
    @Test
    void eachOptionArrives() {
        KclKinesisEndpoint endpoint = started("orders" + KCL
                + "&start=2026-11-22T10:15:30Z&retrieval=fan-out&maxInFlight=7&checkpointInterval=500ms&failoverTime=PT20S"
                + "&retryDelay=1s&maxRetryDelay=2m&applicationName=app&kclDisableCloudwatchMetricsExport=false");

        SourceSettings settings = endpoint.settings();
        assertThat(settings.start()).isEqualTo(StartPosition.at(Instant.parse("2026-11-22T10:15:30Z")));
        assertThat(settings.retrieval()).isEqualTo(SourceSettings.Retrieval.FAN_OUT);
        assertThat(settings.maxInFlight()).isEqualTo(7);
        assertThat(settings.checkpointInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.failoverTime()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.retryDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.maxRetryDelay()).isEqualTo(Duration.ofMinutes(2));
        assertThat(endpoint.application()).isEqualTo("app");
        assertThat(endpoint.cloudWatchMetrics()).isTrue();
    }

    /** KCL's metrics cost money per shard: nobody should pay who did not ask. */
    @Test
    void cloudWatchMetricsAreOffUnlessAskedFor() {
        assertThat(started("orders" + KCL).cloudWatchMetrics()).isFalse();
    }

    /** The lease table is named after the stream, as Camel documents, also when an ARN is given. */
    @Test
    void anArnGivesNameRegionAndApplication() {
        KclKinesisEndpoint endpoint = started(
                "arn:aws:kinesis:eu-central-1:123456789012:stream/orders?useKclConsumers=true&useDefaultCredentialsProvider=true");

        assertThat(endpoint.application()).isEqualTo("orders");
        assertThat(endpoint.kclConfiguration().getRegion()).isEqualTo("eu-central-1");
        assertThat(endpoint.getConfiguration().getStreamName()).isEqualTo("orders");
    }

    /** One mistake at a time means one restart per mistake. */
    @Test
    void everyWrongOptionIsNamedWithItsValueAndWhatIsExpected() {
        assertThatThrownBy(() -> endpoint("orders" + KCL
                        + "&start=yesterday&retrieval=push&maxInFlight=0&checkpointInterval=often&failoverTime=1ms"))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("start: 'yesterday' is not TRIM_HORIZON, LATEST or an instant")
                .hasMessageContaining("retrieval: 'push' is not polling or fan-out")
                .hasMessageContaining("maxInFlight: '0' is not a whole number")
                .hasMessageContaining("checkpointInterval: 'often' is not a duration")
                .hasMessageContaining("failoverTime: '1ms' is not a duration from 1s to 10m");
    }

    /** A region that is not the stream's would send every call to a stream that does not exist there. */
    @Test
    void aRegionThatContradictsTheArnIsRefused() {
        assertThatThrownBy(() -> endpoint("arn:aws:kinesis:eu-central-1:123456789012:stream/orders" + KCL))
                .rootCause()
                .hasMessageContaining("eu-west-1")
                .hasMessageContaining("eu-central-1");
    }

    /** A path that is neither a name nor an ARN would only be refused by AWS, on every call. */
    @Test
    void aPathThatIsNoStreamIsRefused() {
        assertThatThrownBy(() -> endpoint("arn:aws:sqs:eu-west-1:123456789012:orders" + KCL))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stream ARN");
    }

    /** A misspelled option must be refused as with any Camel component. */
    @Test
    void anUnknownOptionIsRefused() {
        assertThatThrownBy(() -> endpoint("orders" + KCL + "&maxInflght=5"))
                .rootCause()
                .hasMessageContaining("maxInflght");
    }

    /** KCL brings its own clients: one more would keep a pool of connections for nothing. */
    @Test
    void noOtherKinesisClientIsMade() {
        KclKinesisEndpoint endpoint = started("orders" + KCL);

        assertThat(endpoint.getClient()).isNull();
        assertThat(endpoint.getAsyncClient()).isNull();
    }

    /** Without useKclConsumers the component is Camel's own. */
    @Test
    void producersHaveTheirClient() {
        KclKinesisEndpoint endpoint = started("orders?useDefaultCredentialsProvider=true&region=eu-west-1");

        assertThat(endpoint.getClient()).isNotNull();
    }

    /** YAML hands options over by another way than a URI. */
    @Test
    void optionsArriveFromYaml() throws Exception {
        Resource route = ResourceHelper.fromString("test.camel.yaml", """
                - route:
                    id: source
                    autoStartup: false
                    from:
                      uri: aws2-kinesis:orders
                      parameters:
                        useKclConsumers: true
                        useDefaultCredentialsProvider: true
                        region: eu-west-1
                        applicationName: app
                        maxInFlight: 5
                        checkpointInterval: 1s
                      steps:
                        - to: log:none
                """);
        PluginHelper.getRoutesLoader(camel).loadRoutes(route);

        KclKinesisEndpoint endpoint =
                (KclKinesisEndpoint) camel.getRoute("source").getEndpoint();
        endpoint.start();
        assertThat(endpoint.settings().maxInFlight()).isEqualTo(5);
        assertThat(endpoint.settings().checkpointInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    /** Before the route starts there is nothing to be healthy about. */
    @Test
    void withoutAConsumerNothingIsRead() {
        SourceStatus status =
                camel.getComponent("aws2-kinesis", KclKinesisComponent.class).status();

        assertThat(status.reading()).isFalse();
        assertThat(status.leasesHeld()).isZero();
    }

    private KclKinesisEndpoint endpoint(String rest) {
        return camel.getEndpoint("aws2-kinesis:" + rest, KclKinesisEndpoint.class);
    }

    private KclKinesisEndpoint started(String rest) {
        KclKinesisEndpoint endpoint = endpoint(rest);
        endpoint.start();
        return endpoint;
    }
}
