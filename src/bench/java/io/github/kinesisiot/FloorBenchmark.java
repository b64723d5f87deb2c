package io.github.kinesisiot;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/**
 * {@code ./bridge bench floor}: what a record costs before the bridge does anything for it: as one of a thousand that the SDK makes of an answer of Kinesis,
 * and as an exchange on Camel's way through a route of the shipped one's shape whose steps do nothing, with and without steps that may be
 * tried again in place.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class FloorBenchmark {

    private static final int RECORDS = 1000;

    /** A route as shipped, but of steps that do nothing. */
    @State(Scope.Benchmark)
    public static class Route {

        @Param({"0", "3"})
        public int triedAgain;

        private final Instant arrival = Instant.now();
        private final byte[] payload = new byte[200];
        private DefaultCamelContext camel;
        private Endpoint entry;
        private AsyncProducer producer;

        @Setup(Level.Trial)
        public void start() throws Exception {
            camel = new DefaultCamelContext();
            camel.setAllowUseOriginalMessage(true);
            camel.disableJMX();
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(Exception.class)
                            .maximumRedeliveries(triedAgain)
                            .handled(true)
                            .stop();
                    from("direct:record")
                            .process(exchange -> {})
                            .process(exchange -> {})
                            .setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC)
                            .simple("kinesis/${header.CamelAwsKinesisPartitionKey}")
                            .process(exchange -> {});
                }
            });
            camel.start();
            entry = camel.getEndpoint("direct:record");
            producer = entry.createAsyncProducer();
            producer.start();
        }

        @TearDown(Level.Trial)
        public void stop() {
            camel.stop();
        }
    }

    /** A client of Kinesis whose answers are there already. */
    @State(Scope.Benchmark)
    public static class Answers {

        private KinesisClient kinesis;

        @Setup(Level.Trial)
        public void make() throws IOException {
            List<Map<String, Object>> records = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                records.add(Map.of(
                        "SequenceNumber",
                        "495%053d".formatted(i),
                        "ApproximateArrivalTimestamp",
                        1_700_000_000_000L,
                        "PartitionKey",
                        "device-" + i % 500,
                        "Data",
                        new byte[200]));
            }
            byte[] answer = new ObjectMapper(new CBORFactory())
                    .writeValueAsBytes(
                            Map.of("Records", records, "NextShardIterator", "next", "MillisBehindLatest", 0));
            kinesis = KinesisClient.builder()
                    .region(Region.EU_WEST_1)
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                    .httpClient(new Canned(answer))
                    .build();
        }

        @TearDown(Level.Trial)
        public void close() {
            kinesis.close();
        }
    }

    private record Canned(byte[] answer) implements SdkHttpClient {

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpFullResponse.builder()
                                    .statusCode(200)
                                    .putHeader("Content-Type", "application/x-amz-cbor-1.1")
                                    .build())
                            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
                            .build();
                }

                @Override
                public void abort() {}
            };
        }

        @Override
        public void close() {}
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public GetRecordsResponse answerOfKinesis(Answers answers) {
        GetRecordsResponse answer = answers.kinesis.getRecords(request -> request.shardIterator("next"));
        if (answer.records().size() != RECORDS || answer.records().get(0).data().asByteArrayUnsafe().length != 200) {
            throw new IllegalStateException("not the records");
        }
        return answer;
    }

    @Benchmark
    public Exchange exchangeThroughCamel(Route route) {
        Exchange exchange = route.entry.createExchange();
        Message message = exchange.getMessage();
        message.setBody(route.payload);
        message.setHeader(Kinesis2Constants.PARTITION_KEY, "device-1");
        message.setHeader(Kinesis2Constants.SEQUENCE_NUMBER, "49500000000000000001");
        message.setHeader(Kinesis2Constants.SHARD_ID, "shardId-000000000000");
        message.setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, route.arrival);
        message.setHeader(Kinesis2Constants.MESSAGE_TIMESTAMP, 1_700_000_000_000L);
        route.producer.process(exchange, doneSync -> {});
        return exchange;
    }
}
