package io.github.kinesisiot.cloud;

import java.math.BigInteger;
import java.util.Optional;

/** What a sequence number says of where it is from: AWS looks at it before it looks for the record. */
final class SequenceNumbers {
    private static final BigInteger LEAST = BigInteger.TWO.pow(185);
    private static final BigInteger END = LEAST.add(BigInteger.TWO.pow(184));
    private static final char VERSION = '2';

    private SequenceNumbers() {}

    /**
     * @param shardCreated in seconds
     * @param shard its number in the stream
     */
    record Origin(long shardCreated, long shard) {}

    /** Empty for what is no sequence number. */
    static Optional<Origin> origin(String text) {
        if (!text.matches("0|[1-9]\\d{0,128}")) {
            return Optional.empty();
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(LEAST) <= 0 || number.compareTo(END) >= 0) {
            return Optional.empty();
        }
        // 47 digits: 2, nine of seconds, one of the shard, 16 of a counter, two, nine of seconds, eight of the shard,
        // 2.
        String hex = number.toString(16);
        if (hex.charAt(46) != VERSION) {
            return Optional.empty();
        }
        return Optional.of(
                new Origin(Long.parseLong(hex.substring(1, 10), 16), Long.parseLong(hex.substring(38, 46), 16)));
    }
}
