package io.github.kinesisiot.kinesis;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.Aggregates;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.time.SystemProperties;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.model.Shard;

@Tag("alone")
class KclKinesisComponentIT {

    private static final BigInteger HALF = BigInteger.TWO.pow(127);

    /** Not options of the component: that the SDK's own conventions reach all three clients is part of what is tested. */
    private static final SystemProperties SDK = new SystemProperties();

    private static LocalCloud cloud;

    private final List<CamelContext> running = new ArrayList<>();
    private String stream;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start(CloudOptions.defaults().only(Part.KINESIS, Part.DYNAMODB));
        AwsCredentials user = cloud.credentials().resolveCredentials();
        SDK.set("aws.region", cloud.environment().get("AWS_REGION"))
                .set("aws.accessKeyId", user.accessKeyId())
                .set("aws.secretAccessKey", user.secretAccessKey())
                .set("aws.endpointUrlKinesis", cloud.kinesisEndpoint().toString())
                .set("aws.endpointUrlDynamoDb", cloud.dynamoDbEndpoint().toString());
    }

    @AfterAll
    static void end() {
        SDK.close();
        cloud.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        stream = test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void stopAll() {
        running.forEach(CamelContext::stop);
    }

    /** KCL's defaults need 70 to 95 s for the first record of a new application. */
    @Test
    void theFirstRecordArrivesWithinSecondsAndATrickleWithinOne() {
        cloud.createStream(stream, 2);
        put("a", "1");
        long begin = System.nanoTime();
        Route route = run(new Route());
        await().until(() -> route.settled.contains("a=1"));
        Duration first = Duration.ofNanos(System.nanoTime() - begin);

        begin = System.nanoTime();
        put("b", "2");
        await().until(() -> route.settled.contains("b=2"));
        Duration next = Duration.ofNanos(System.nanoTime() - begin);

        System.out.println("new table: first record after " + first.toMillis() + " ms, the next one after "
                + next.toMillis() + " ms");
        assertThat(first).isLessThan(Duration.ofSeconds(15));
        assertThat(next).isLessThan(Duration.ofSeconds(3));
        assertThat(route.status().reading()).isTrue();
        assertThat(route.status().leasesHeld()).isEqualTo(2);
    }

    /** A stop that keeps its name on the leases makes the next container wait; one that loses its place repeats. */
    @Test
    void aRestartRepeatsNothingAndNeedNotWaitForTheLeases() {
        cloud.createStream(stream, 2);
        Route before = run(new Route());
        IntStream.range(0, 20).forEach(i -> put("k" + i, "before"));
        await().until(() -> before.settled.size() == 20);
        before.stop();

        assertThat(rows()).hasSize(2).allSatisfy(row -> assertThat(row).doesNotContainKey("leaseOwner"));

        put("k", "after");
        long begin = System.nanoTime();
        Route after = run(new Route());
        await().until(() -> after.settled.contains("k=after"));
        Duration first = Duration.ofNanos(System.nanoTime() - begin);

        System.out.println("existing table: first record after " + first.toMillis() + " ms");
        assertThat(first).isLessThan(Duration.ofSeconds(8));
        assertThat(after.settled).containsExactly("k=after");
    }

    /** Camel interrupts the thread that stops the routes when its limit is over: the leases stayed with a container that was gone, for all others to wait. */
    @Test
    void aStopThatIsInterruptedLetsTheLeasesGoAllTheSame() throws Exception {
        cloud.createStream(stream, 1);
        Route route = run(new Route());
        put("a", "1");
        await().until(() -> route.settled.contains("a=1"));

        Thread.currentThread().interrupt();
        try {
            route.context.getRoutes().get(0).getConsumer().stop();
        } finally {
            assertThat(Thread.interrupted())
                    .as("whoever interrupted it had a reason")
                    .isTrue();
        }

        assertThat(rows()).hasSize(1).allSatisfy(row -> assertThat(row).doesNotContainKey("leaseOwner"));
    }

    /** A checkpoint past a record that fails loses it; a restart must bring it again, and what came before it must not come again. */
    @Test
    void aRecordThatWasNotSettledComesAgainAfterARestart() {
        cloud.createStream(stream, 1);
        Route failing = new Route();
        failing.fails = body -> body.equals("2");
        run(failing);
        put("a", "1");
        put("b", "2");
        put("b", "3");
        put("c", "4");
        await().until(() -> failing.settled.size() == 2 && failing.attempts.contains("b=2#3"));
        failing.stop();

        Route healthy = run(new Route());

        await().until(() -> healthy.settled.size() == 3);
        assertThat(failing.settled).containsExactly("a=1", "c=4");
        assertThat(healthy.settled).containsExactlyInAnyOrder("b=2", "b=3", "c=4");
        assertThat(healthy.settled.indexOf("b=2")).isLessThan(healthy.settled.indexOf("b=3"));
    }

    /** A KPL record holds many user records under one sequence number: the place inside it must survive a restart. */
    @Test
    void aRestartGoesOnInTheMiddleOfAnAggregate() {
        cloud.createStream(stream, 1);
        Route failing = new Route();
        failing.fails = body -> body.equals("two");
        run(failing);
        cloud.kinesis().putRecord(request -> request.streamName(stream)
                .partitionKey("envelope")
                .data(SdkBytes.fromByteBuffer(Aggregates.of("a", "one", "b", "two", "c", "three"))));
        await().until(() -> failing.settled.size() == 2 && failing.attempts.contains("b=two#2"));
        failing.stop();
        assertThat(rows()).singleElement().satisfies(row -> assertThat(
                        row.get("checkpointSubSequenceNumber").n())
                .isEqualTo("0"));

        Route healthy = run(new Route());

        await().until(() -> healthy.settled.size() == 2);
        assertThat(healthy.settled).containsExactlyInAnyOrder("b=two", "c=three");
    }

    /** A child shard that is read before its parent is settled swaps a device's messages. */
    @Test
    void aReshardKeepsTheOrderOfEachKey() {
        cloud.createStream(stream, 1);
        Route route = run(new Route());
        int keys = 8;
        for (int round = 0; round < 30; round++) {
            if (round == 10) {
                split();
            }
            if (round == 20) {
                merge();
            }
            for (int key = 0; key < keys; key++) {
                put("k" + key, String.valueOf(round));
            }
        }
        await().until(() -> route.settled.size() >= 30 * keys);

        for (int key = 0; key < keys; key++) {
            String prefix = "k" + key + "=";
            assertThat(route.settled.stream().filter(one -> one.startsWith(prefix)))
                    .containsExactlyElementsOf(IntStream.range(0, 30)
                            .mapToObj(round -> prefix + round)
                            .toList());
        }
    }

    /** The record's KCL start LATEST is 'the end when the lease is taken': a crash before the first checkpoint would skip what came since. */
    @Test
    @Tag("long")
    void latestMeansTheFirstStartAlsoAfterACrash() {
        cloud.createStream(stream, 1);
        put("old", "0");
        // The start reaches back a second, in case this host's clock is ahead of Kinesis'.
        Instant old = Instant.now();
        await().until(() -> Instant.now().isAfter(old.plusSeconds(2)));
        Route failing = new Route().with("start=LATEST");
        failing.fails = body -> true;
        run(failing);
        await().until(() -> failing.status().leasesHeld() == 1);
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        put("new", "1");
        await().until(() -> failing.attempts.contains("new=1#1"));
        failing.stop();

        Route healthy = run(new Route().with("start=LATEST"));

        await().until(() -> healthy.settled.contains("new=1"));
        assertThat(healthy.settled).doesNotContain("old=0");
    }

    /** Enhanced fan-out pushes instead of being polled; the window and the checkpoints are the same. */
    @Test
    @Tag("long")
    void fanOutDeliversToo() {
        cloud.createStream(stream, 1);
        put("a", "1");
        Route route = run(new Route().with("retrieval=fan-out"));

        await().until(() -> route.settled.contains("a=1"));
    }

    /** A stream that is made after the bridge must not need a restart, and until then the reason must be seen. */
    @Test
    @Tag("long")
    void aMissingStreamIsNamedAndWaitedFor() {
        Route route = run(new Route());
        await().until(() -> route.status().lastProblem().isPresent());
        assertThat(route.status().lastProblem()).hasValueSatisfying(problem -> assertThat(problem)
                .contains("ResourceNotFoundException")
                .contains(stream));
        assertThat(route.status().reading()).isFalse();

        cloud.createStream(stream, 1);
        put("a", "1");

        await().until(() -> route.settled.contains("a=1"));
        assertThat(route.status().lastProblem()).isEmpty();
    }

    /** An ARN names the account too; a bridge that takes only names cannot be told which stream is meant. */
    @Test
    @Tag("long")
    void aStreamMayBeGivenByItsArn() {
        cloud.createStream(stream, 1);
        put("a", "1");
        String arn = cloud.kinesis()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamARN();
        Route route = run(new Route().from(arn));

        await().until(() -> route.settled.contains("a=1"));
    }

    private void put(String key, String value) {
        cloud.kinesis()
                .putRecord(
                        request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(value)));
    }

    private void split() {
        cloud.kinesis().splitShard(request -> request.streamName(stream)
                .shardToSplit(open().get(0).shardId())
                .newStartingHashKey(HALF.toString()));
        await().until(() -> open().size() == 2);
    }

    private void merge() {
        List<Shard> open = open();
        cloud.kinesis().mergeShards(request -> request.streamName(stream)
                .shardToMerge(open.get(0).shardId())
                .adjacentShardToMerge(open.get(1).shardId()));
        await().until(() -> open().size() == 1);
    }

    private List<Shard> open() {
        return cloud.kinesis().listShards(request -> request.streamName(stream)).shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .toList();
    }

    private List<Map<String, AttributeValue>> rows() {
        return cloud.dynamoDb()
                .scan(request -> request.tableName(stream + "-app"))
                .items();
    }

    private Route run(Route route) {
        route.start();
        running.add(route.context);
        return route;
    }

    /** A context with one route that notes what it gets and fails where told to. */
    private final class Route {
        private final CamelContext context = new DefaultCamelContext();
        private final KclKinesisComponent component = new KclKinesisComponent();
        private final List<String> settled = new CopyOnWriteArrayList<>();
        private final List<String> attempts = new CopyOnWriteArrayList<>();
        private volatile Predicate<String> fails = body -> false;
        private String options = "";
        private String path = stream;

        Route with(String option) {
            options += "&" + option;
            return this;
        }

        Route from(String arn) {
            path = arn;
            return this;
        }

        SourceStatus status() {
            return component.status();
        }

        void stop() {
            context.stop();
        }

        void start() {
            try {
                context.addComponent("aws2-kinesis", component);
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(noErrorHandler());
                        from("aws2-kinesis:" + path
                                        + "?useKclConsumers=true&useDefaultCredentialsProvider=true&applicationName="
                                        + stream + "-app&checkpointInterval=500ms&failoverTime=3s" + options)
                                .process(Route.this::take);
                    }
                });
                context.start();
            } catch (Exception unexpected) {
                throw new IllegalStateException(unexpected);
            }
        }

        private void take(Exchange exchange) {
            String body = exchange.getMessage().getBody(String.class);
            String name = exchange.getMessage().getHeader("CamelAwsKinesisPartitionKey") + "=" + body;
            attempts.add(name + "#" + exchange.getMessage().getHeader(RecordHeaders.ATTEMPT));
            if (fails.test(body)) {
                throw new IllegalStateException("not this one");
            }
            settled.add(name);
        }
    }
}
