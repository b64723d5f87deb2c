package io.github.kinesisiot.iot;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.camel.Message;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;

/** What of a record a subscriber may be told in user properties, by the names used in {@code userProperties}. */
enum RecordProperty {
    PARTITION_KEY("partition-key", Kinesis2Constants.PARTITION_KEY),
    SEQUENCE_NUMBER("sequence-number", Kinesis2Constants.SEQUENCE_NUMBER),
    SHARD("shard", Kinesis2Constants.SHARD_ID),
    ARRIVAL_TIME("arrival-time", Kinesis2Constants.APPROX_ARRIVAL_TIME);

    /** Records of one KPL aggregate share a sequence number; only with this do they differ. Sent with it, unless it is 0. */
    private static final String SUB_SEQUENCE_NUMBER = "sub-sequence-number";

    private static final String SUB_SEQUENCE_HEADER = "KinesisSubSequenceNumber";

    private final String key;
    private final String header;

    RecordProperty(String key, String header) {
        this.key = key;
        this.header = header;
    }

    /** From a list such as {@code partition-key,shard}, or {@code none}. */
    static Set<RecordProperty> parse(String list) {
        Set<RecordProperty> properties = EnumSet.noneOf(RecordProperty.class);
        if (list == null || list.isBlank() || list.trim().equals("none")) {
            return properties;
        }
        for (String name : list.trim().split("\\s*,\\s*")) {
            properties.add(Arrays.stream(values())
                    .filter(p -> p.key.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("userProperties: '" + name + "' is none of "
                            + Arrays.stream(values()).map(p -> p.key).collect(Collectors.joining(", "))
                            + "; or say none")));
        }
        return properties;
    }

    /** Tells key and value, if the message has the header. */
    void read(Message message, BiConsumer<String, String> properties) {
        Object value = message.getHeader(header);
        if (value == null) {
            return;
        }
        properties.accept(key, value instanceof Instant instant ? instant.toString() : encodable(value.toString()));
        if (this == SEQUENCE_NUMBER) {
            Object sub = message.getHeader(SUB_SEQUENCE_HEADER);
            if (sub instanceof Number number && number.longValue() != 0) {
                properties.accept(SUB_SEQUENCE_NUMBER, number.toString());
            }
        }
    }

    /** A partition key may hold what MQTT forbids in a string; the record must not fail for a property that nobody asked it for. */
    static String encodable(String text) {
        int plain = 0;
        while (plain < text.length() && text.charAt(plain) >= ' ' && text.charAt(plain) < 0x7F) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || isSurrogate(c) || isNonCharacter(c) ? 0xFFFD : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static boolean isNonCharacter(int codePoint) {
        return (codePoint & 0xFFFE) == 0xFFFE || codePoint >= 0xFDD0 && codePoint <= 0xFDEF;
    }
}
