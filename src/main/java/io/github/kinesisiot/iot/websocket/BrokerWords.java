package io.github.kinesisiot.iot.websocket;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the broker said on one connection that cannot reach anybody through Paho. Paho reads a 16-bit number from 32768 on as a negative
 * one, and would then send nothing for ever; it gives the first topics it sees an alias and never takes one back; it refuses to read some
 * reason codes; and of two answers to one publish it may take the second.
 *
 * <p>Thread-safe.
 */
public final class BrokerWords {

    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    private static final int LARGEST_OF_PAHO = 0x7FFF;

    private final Set<Integer> expected = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();
    private volatile int topicAliasMaximum;

    /** Topic aliases the broker takes on this connection. Paho is told that it takes none. */
    public int topicAliasMaximum() {
        return topicAliasMaximum;
    }

    /** To be called before a publish is sent with this packet id; an answer to any other is not passed on. */
    public void expect(int packetId) {
        expected.add(packetId);
    }

    /** The first answer to the publish, as the broker gave it; -1 if there was none. Once. */
    public int answer(int packetId) {
        Integer code = answers.remove(packetId);
        return code == null ? -1 : code;
    }

    /** Whether this is an answer somebody waits for. */
    boolean answered(int packetId, int code) {
        boolean waitedFor = expected.remove(packetId);
        if (waitedFor) {
            answers.put(packetId, code);
        }
        return waitedFor;
    }

    /** Takes the limits out of a CONNACK's content that Paho must not see; anything odd is left to its parser. */
    void connack(byte[] content) {
        int at = 2;
        int length = 0;
        for (int shift = 0; at < content.length && shift <= 21; shift += 7) {
            int b = content[at++];
            length |= (b & 0x7F) << shift;
            if ((b & 0x80) == 0) {
                break;
            }
        }
        int end = Math.min(content.length, at + length);
        while (at >= 0 && at + 1 < end) {
            int property = content[at++];
            if (at + 1 < end) {
                int value = number(content, at);
                if (property == RECEIVE_MAXIMUM && value > LARGEST_OF_PAHO) {
                    put(content, at, LARGEST_OF_PAHO);
                } else if (property == TOPIC_ALIAS_MAXIMUM) {
                    topicAliasMaximum = value;
                    put(content, at, 0);
                }
            }
            at = after(property, content, at, end);
        }
    }

    /** Where the next property begins; negative for one that no CONNACK has. */
    private static int after(int property, byte[] content, int at, int end) {
        return switch (property) {
            // Maximum QoS, retain, wildcard subscription, subscription identifier and shared subscription available
            case 0x24, 0x25, 0x28, 0x29, 0x2A -> at + 1;
            // Server keep alive, receive maximum, topic alias maximum
            case 0x13, RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM -> at + 2;
            // Session expiry, maximum packet size
            case 0x11, 0x27 -> at + 4;
            // Assigned client id, authentication method and data, response information, server reference, reason string
            case 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> string(content, at, end);
            // User property
            case 0x26 -> {
                int value = string(content, at, end);
                yield value < 0 ? -1 : string(content, value, end);
            }
            default -> -1;
        };
    }

    private static int string(byte[] content, int at, int end) {
        return at + 1 < end ? at + 2 + number(content, at) : -1;
    }

    private static int number(byte[] content, int at) {
        return (content[at] & 0xFF) << 8 | content[at + 1] & 0xFF;
    }

    private static void put(byte[] content, int at, int value) {
        content[at] = (byte) (value >>> 8);
        content[at + 1] = (byte) value;
    }
}
