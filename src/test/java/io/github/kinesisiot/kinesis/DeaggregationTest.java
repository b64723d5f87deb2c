package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.kinesisiot.cloud.Aggregates;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.Messages;

class DeaggregationTest {

    private final Deaggregation deaggregation = new Deaggregation();

    /** The partition key of the envelope says nothing about the devices in it. */
    @Test
    void userRecordsComeOutInOrderUnderTheirOwnKeys() {
        List<KinesisClientRecord> users = unpack(Aggregates.of("a", "one", "b", "two"));

        assertThat(users).extracting(KinesisClientRecord::partitionKey).containsExactly("a", "b");
        assertThat(users).extracting(KinesisClientRecord::subSequenceNumber).containsExactly(0L, 1L);
        assertThat(users).extracting(KinesisClientRecord::sequenceNumber).containsOnly("7");
        assertThat(users).extracting(DeaggregationTest::text).containsExactly("one", "two");
    }

    /** KCL drops the rest of such an envelope, or the whole batch with it. */
    @Test
    void anEnvelopeWithAMissingKeyIsDeliveredWhole() {
        Messages.AggregatedRecord broken = Messages.AggregatedRecord.newBuilder()
                .addPartitionKeyTable("a")
                .addRecords(user(0, "one"))
                .addRecords(user(5, "two"))
                .build();
        ByteBuffer envelope = Aggregates.envelope(broken.toByteArray());

        List<KinesisClientRecord> records = unpack(envelope);

        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.partitionKey()).isEqualTo("envelope");
            assertThat(record.data()).isEqualTo(envelope);
        });
    }

    /** A truncated or altered envelope is somebody's payload, not an aggregate. */
    @Test
    void aWrongChecksumIsDeliveredAsItIs() {
        ByteBuffer envelope = Aggregates.of("a", "one");
        envelope.put(envelope.limit() - 1, (byte) (envelope.get(envelope.limit() - 1) + 1));

        assertThat(unpack(envelope)).singleElement().satisfies(record -> assertThat(record.data())
                .isEqualTo(envelope));
    }

    /** The checksum of an empty or nonsensical content may be right. */
    @Test
    void anUnreadableContentIsDeliveredAsItIs() {
        ByteBuffer envelope = Aggregates.envelope("not protobuf".getBytes(StandardCharsets.UTF_8));

        assertThat(unpack(envelope)).singleElement().satisfies(record -> assertThat(record.data())
                .isEqualTo(envelope));
    }

    /** KCL drops user records whose hash key another shard owns; only a KPL producer would send them again. */
    @Test
    void aUserRecordOfAnotherShardIsNotDropped() {
        List<KinesisClientRecord> users =
                deaggregation.deaggregate(List.of(record(Aggregates.of("a", "one"))), BigInteger.ZERO, BigInteger.ONE);

        assertThat(users).singleElement().satisfies(user -> assertThat(text(user))
                .isEqualTo("one"));
    }

    /** An explicit hash key is the producer's business; an impossible one must not cost the record. */
    @Test
    void anExplicitHashKeyIsKeptAndNotJudged() {
        Messages.AggregatedRecord aggregate = Messages.AggregatedRecord.newBuilder()
                .addPartitionKeyTable("a")
                .addExplicitHashKeyTable("not a number")
                .addRecords(Messages.Record.newBuilder(user(0, "one")).setExplicitHashKeyIndex(0))
                .build();

        assertThat(unpack(Aggregates.envelope(aggregate.toByteArray())))
                .singleElement()
                .satisfies(user -> {
                    assertThat(text(user)).isEqualTo("one");
                    assertThat(user.explicitHashKey()).isEqualTo("not a number");
                });
    }

    /** Short payloads are the common case and no aggregates. */
    @Test
    void shortAndEmptyRecordsPass() {
        assertThat(unpack(ByteBuffer.allocate(0))).hasSize(1);
        assertThat(unpack(ByteBuffer.wrap(new byte[] {1, 2, 3}))).hasSize(1);
    }

    private List<KinesisClientRecord> unpack(ByteBuffer data) {
        return deaggregation.deaggregate(List.of(record(data)));
    }

    private static KinesisClientRecord record(ByteBuffer data) {
        return KinesisClientRecord.builder()
                .partitionKey("envelope")
                .sequenceNumber("7")
                .data(data)
                .build();
    }

    private static Messages.Record user(int key, String value) {
        return Messages.Record.newBuilder()
                .setPartitionKeyIndex(key)
                .setData(ByteString.copyFromUtf8(value))
                .build();
    }

    private static String text(KinesisClientRecord record) {
        return StandardCharsets.UTF_8.decode(record.data().duplicate()).toString();
    }
}
