package io.github.kinesisiot.cloud.bench;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.training.JsonService;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The benchmark's Kinesis and the emulator, asked the same by the same client. */
class EndlessStreamIT {
    private static final BigInteger LAST_HASH = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    // A stream that answers otherwise than Kinesis would have the benchmark measure something that nobody runs.
    @Test
    void answersAsTheEmulatorDoes() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults().only(Part.KINESIS))) {
            fill(cloud);
            looksLikeKinesis(cloud.kinesis(), cloud.stream());
            int port = JsonService.listen(vertx, new EndlessStream(Clock.systemUTC()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            try (KinesisClient endless = KinesisClient.builder()
                    .endpointOverride(URI.create("http://127.0.0.1:" + port))
                    .region(Region.EU_WEST_1)
                    .credentialsProvider(cloud.credentials())
                    .httpClientBuilder(ApacheHttpClient.builder())
                    .build()) {
                looksLikeKinesis(endless, "endless");
            }
        } finally {
            vertx.close();
        }
    }

    private static void fill(LocalCloud cloud) {
        cloud.kinesis().putRecords(r -> r.streamName(cloud.stream())
                .records(IntStream.range(0, 100)
                        .mapToObj(i -> PutRecordsRequestEntry.builder()
                                .partitionKey("key-" + i)
                                .data(SdkBytes.fromByteArray(Stamp.now()))
                                .build())
                        .toList()));
    }

    private static void looksLikeKinesis(KinesisClient kinesis, String stream) {
        var summary = kinesis.describeStreamSummary(r -> r.streamName(stream)).streamDescriptionSummary();
        assertThat(summary.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(summary.streamName()).isEqualTo(stream);
        assertThat(summary.openShardCount()).isEqualTo(2);
        assertThat(summary.streamCreationTimestamp()).isBetween(Instant.EPOCH, Instant.now());

        List<Shard> shards = kinesis.listShards(r -> r.streamName(stream)).shards();
        assertThat(shards).extracting(Shard::shardId).containsExactly("shardId-000000000000", "shardId-000000000001");
        BigInteger next = BigInteger.ZERO;
        for (Shard shard : shards) {
            assertThat(shard.hashKeyRange().startingHashKey()).isEqualTo(next.toString());
            assertThat(shard.parentShardId()).isNull();
            assertThat(shard.sequenceNumberRange().endingSequenceNumber()).isNull();
            next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
            recordsComeInOrder(kinesis, stream, shard);
        }
        assertThat(next.subtract(BigInteger.ONE)).isEqualTo(LAST_HASH);
    }

    private static void recordsComeInOrder(KinesisClient kinesis, String stream, Shard shard) {
        GetRecordsResponse first = await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> read(kinesis, begin(kinesis, stream, shard)),
                        read -> read.records().size() == 10);
        assertThat(first.millisBehindLatest()).isNotNull();
        GetRecordsResponse second = read(kinesis, first.nextShardIterator());
        BigInteger before = new BigInteger(shard.sequenceNumberRange().startingSequenceNumber());
        for (Record record : first.records()) {
            before = rises(before, record);
        }
        for (Record record : second.records()) {
            before = rises(before, record);
        }
        assertThat(second.records()).isNotEmpty();

        Record third = first.records().get(2);
        assertThat(at(kinesis, stream, shard, ShardIteratorType.AT_SEQUENCE_NUMBER, third))
                .isEqualTo(third.sequenceNumber());
        assertThat(at(kinesis, stream, shard, ShardIteratorType.AFTER_SEQUENCE_NUMBER, third))
                .isEqualTo(first.records().get(3).sequenceNumber());
    }

    private static BigInteger rises(BigInteger before, Record record) {
        BigInteger number = new BigInteger(record.sequenceNumber());
        assertThat(number).isGreaterThan(before);
        assertThat(record.data().asByteArray()).hasSize(Load.PAYLOAD);
        assertThat(record.partitionKey()).isNotEmpty();
        assertThat(record.approximateArrivalTimestamp())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        return number;
    }

    private static String begin(KinesisClient kinesis, String stream, Shard shard) {
        return kinesis.getShardIterator(r ->
                        r.streamName(stream).shardId(shard.shardId()).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
    }

    private static GetRecordsResponse read(KinesisClient kinesis, String iterator) {
        return kinesis.getRecords(r -> r.shardIterator(iterator).limit(10));
    }

    private static String at(KinesisClient kinesis, String stream, Shard shard, ShardIteratorType type, Record record) {
        String iterator = kinesis.getShardIterator(r -> r.streamName(stream)
                        .shardId(shard.shardId())
                        .shardIteratorType(type)
                        .startingSequenceNumber(record.sequenceNumber()))
                .shardIterator();
        return read(kinesis, iterator).records().get(0).sequenceNumber();
    }
}
