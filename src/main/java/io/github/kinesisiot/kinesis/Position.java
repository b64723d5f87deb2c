package io.github.kinesisiot.kinesis;

import java.math.BigInteger;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * A record's place in its shard: the sequence number Kinesis gave it and, inside a KPL aggregate, the number of the user record (0 for
 * a plain record). Ordered within one shard only.
 */
record Position(BigInteger sequence, long subSequence) implements Comparable<Position> {

    static Position of(KinesisClientRecord record) {
        return new Position(new BigInteger(record.sequenceNumber()), record.subSequenceNumber());
    }

    String sequenceNumber() {
        return sequence.toString();
    }

    @Override
    public int compareTo(Position other) {
        int bySequence = sequence.compareTo(other.sequence);
        return bySequence != 0 ? bySequence : Long.compare(subSequence, other.subSequence);
    }

    @Override
    public String toString() {
        return subSequence == 0 ? sequence.toString() : sequence + "/" + subSequence;
    }
}
