package io.github.kinesisiot.kinesis;

import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * A record's place in its shard: the sequence number Kinesis gave it and, inside a KPL aggregate, the number of the user record (0 for
 * a plain record). Ordered within one shard only.
 *
 * <p>The number stays the text that it is, and is compared as such: a decimal without leading zeros is greater when it is longer, or when it
 * sorts later at the same length. Reading its 56 digits as a number costs more than all the rest that is done to a record here.
 */
record Position(String sequenceNumber, long subSequence) implements Comparable<Position> {

    /** @throws NumberFormatException if the sequence number is none */
    static Position of(KinesisClientRecord record) {
        String number = record.sequenceNumber();
        for (int i = 0; i < number.length(); i++) {
            if (number.charAt(i) < '0' || number.charAt(i) > '9') {
                throw new NumberFormatException("not a sequence number: " + number);
            }
        }
        return new Position(number, record.subSequenceNumber());
    }

    @Override
    public int compareTo(Position other) {
        int byLength = Integer.compare(sequenceNumber.length(), other.sequenceNumber.length());
        int bySequence = byLength != 0 ? byLength : sequenceNumber.compareTo(other.sequenceNumber);
        return bySequence != 0 ? bySequence : Long.compare(subSequence, other.subSequence);
    }

    @Override
    public String toString() {
        return subSequence == 0 ? sequenceNumber : sequenceNumber + "/" + subSequence;
    }
}
