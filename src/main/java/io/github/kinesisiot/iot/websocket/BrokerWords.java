package io.github.kinesisiot.iot.websocket;

/**
 * What the broker said on one connection that does not go through Paho: the answers to publishes, which Paho has no part in, and limits in
 * the CONNACK. Paho reads a 16-bit number from 32768 on as a negative one, and would then send nothing for ever.
 *
 * <p>Thread-safe.
 */
public final class BrokerWords {

    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    private static final int LARGEST_OF_PAHO = 0x7FFF;

    /** Whoever publishes past Paho. Called on the reading thread: must not block. */
    public interface Answers {
        /**
         * The broker is done with a publish.
         *
         * @param said the reason string, or null
         */
        void answered(int packetId, int code, String said);

        /** The broker has a publish of QoS 2 and waits for PUBREL. */
        void received(int packetId);
    }

    private volatile Answers answers;
    private volatile int topicAliasMaximum;

    /** To be called before anything is published. */
    public void answersTo(Answers publisher) {
        answers = publisher;
    }

    /** Topic aliases the broker takes on this connection. Paho is told that it takes none. */
    public int topicAliasMaximum() {
        return topicAliasMaximum;
    }

    void answered(int packetId, int code, String said) {
        Answers publisher = answers;
        if (publisher != null) {
            publisher.answered(packetId, code, said);
        }
    }

    void received(int packetId) {
        Answers publisher = answers;
        if (publisher != null) {
            publisher.received(packetId);
        }
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
