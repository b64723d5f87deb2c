package io.github.kinesisiot.kinesis;

import com.google.protobuf.InvalidProtocolBufferException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.Messages;

/**
 * Takes the user records out of what the Kinesis Producer Library packed together, never losing one.
 *
 * <p>It stands in for KCL's own, which loses records in two cases. A valid envelope with a broken content (a key index that does not
 * exist) makes KCL drop the rest of the envelope, or, without JAXB on the class path as here, the whole batch; here the envelope is
 * delivered as one record, as it is, under the partition key it was sent with. And a user record whose hash key lies outside the
 * shard that carries it is dropped by KCL on the assumption that the producer sends it again, which only the KPL itself does; here it
 * is delivered, so after a reshard a KPL producer may cause a repetition instead of another producer causing a loss.
 *
 * <p>A wrong checksum, a truncated or an unreadable envelope is not an aggregate: it is delivered as it is. Explicit hash keys are kept
 * on the record and otherwise ignored. The n-th user record of an envelope always gets sub-sequence number n, from 0.
 *
 * <p>Thread-safe.
 */
final class Deaggregation extends AggregatorUtil {

    private static final int MAGIC = ByteBuffer.wrap(AGGREGATED_RECORD_MAGIC).getInt();
    private static final int DIGEST_BYTES = 16;

    @Override
    public List<KinesisClientRecord> deaggregate(
            List<KinesisClientRecord> records, BigInteger startingHashKey, BigInteger endingHashKey) {
        List<KinesisClientRecord> all = new ArrayList<>(records.size());
        for (KinesisClientRecord record : records) {
            List<KinesisClientRecord> packed = unpack(record);
            if (packed == null) {
                all.add(record);
            } else {
                all.addAll(packed);
            }
        }
        return all;
    }

    /** @return null if this is a plain record, or an envelope that cannot be opened */
    private List<KinesisClientRecord> unpack(KinesisClientRecord envelope) {
        ByteBuffer data = envelope.data().duplicate();
        if (data.remaining() <= Integer.BYTES + DIGEST_BYTES || data.getInt() != MAGIC) {
            return null;
        }
        ByteBuffer message = data.slice(data.position(), data.remaining() - DIGEST_BYTES);
        ByteBuffer digest = data.slice(data.limit() - DIGEST_BYTES, DIGEST_BYTES);
        if (!digest.equals(ByteBuffer.wrap(md5(message.duplicate())))) {
            return null;
        }
        try {
            return userRecords(envelope, Messages.AggregatedRecord.parseFrom(message));
        } catch (InvalidProtocolBufferException | IndexOutOfBoundsException broken) {
            return null;
        }
    }

    private List<KinesisClientRecord> userRecords(KinesisClientRecord envelope, Messages.AggregatedRecord aggregate) {
        List<KinesisClientRecord> users = new ArrayList<>(aggregate.getRecordsCount());
        for (Messages.Record user : aggregate.getRecordsList()) {
            String hashKey = user.hasExplicitHashKeyIndex()
                    ? aggregate.getExplicitHashKeyTable(index(user.getExplicitHashKeyIndex()))
                    : null;
            users.add(envelope.toBuilder()
                    .partitionKey(aggregate.getPartitionKeyTable(index(user.getPartitionKeyIndex())))
                    .explicitHashKey(hashKey)
                    .data(user.getData().asReadOnlyByteBuffer())
                    .aggregated(true)
                    .subSequenceNumber(users.size())
                    .build());
        }
        return users;
    }

    private static int index(long index) {
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw new IndexOutOfBoundsException("index " + index);
        }
        return (int) index;
    }

    private static byte[] md5(ByteBuffer bytes) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes);
            return md5.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has MD5", impossible);
        }
    }
}
