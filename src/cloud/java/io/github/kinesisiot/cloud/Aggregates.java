package io.github.kinesisiot.cloud;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.kpl.Messages;

/** Packs user records as the Kinesis Producer Library does. */
public final class Aggregates {

    private Aggregates() {}

    /** @param keysAndValues partition key, value, partition key, value… */
    public static ByteBuffer of(String... keysAndValues) {
        Messages.AggregatedRecord.Builder aggregate = Messages.AggregatedRecord.newBuilder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            aggregate.addPartitionKeyTable(keysAndValues[i]);
            aggregate.addRecords(Messages.Record.newBuilder()
                    .setPartitionKeyIndex(i / 2)
                    .setData(ByteString.copyFromUtf8(keysAndValues[i + 1])));
        }
        return envelope(aggregate.build().toByteArray());
    }

    public static ByteBuffer envelope(byte[] message) {
        byte[] digest = md5(message);
        return ByteBuffer.allocate(AggregatorUtil.AGGREGATED_RECORD_MAGIC.length + message.length + digest.length)
                .put(AggregatorUtil.AGGREGATED_RECORD_MAGIC)
                .put(message)
                .put(digest)
                .flip();
    }

    private static byte[] md5(byte[] message) {
        try {
            return MessageDigest.getInstance("MD5").digest(message);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
