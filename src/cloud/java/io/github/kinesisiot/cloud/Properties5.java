package io.github.kinesisiot.cloud;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads the parts that MQTT 5 packets are made of. What is cut short or is no MQTT throws {@link MalformedPacketException}. */
final class Properties5 {
    static final int RESPONSE_TOPIC = 0x08;
    static final int SUBSCRIPTION_IDENTIFIER = 0x0b;
    static final int SESSION_EXPIRY = 0x11;
    static final int ASSIGNED_CLIENT_ID = 0x12;
    static final int SERVER_KEEP_ALIVE = 0x13;
    static final int RECEIVE_MAXIMUM = 0x21;
    static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    static final int TOPIC_ALIAS = 0x23;
    static final int MAXIMUM_QOS = 0x24;
    static final int RETAIN_AVAILABLE = 0x25;
    static final int USER_PROPERTY = 0x26;
    static final int MAXIMUM_PACKET_SIZE = 0x27;
    static final int WILDCARD_SUBSCRIPTION = 0x28;
    static final int SUBSCRIPTION_IDENTIFIERS = 0x29;
    static final int SHARED_SUBSCRIPTION = 0x2a;

    /** Sees each property. */
    interface Visitor {
        /** @param value its bytes, behind the identifier */
        void property(int identifier, ByteBuffer value);
    }

    private Properties5() {}

    /** From the length of the properties on; the buffer is behind them afterwards. */
    static void read(ByteBuffer from, Visitor visitor) {
        try {
            int end = variable(from);
            end += from.position();
            if (end > from.limit()) {
                throw new MalformedPacketException();
            }
            while (from.position() < end) {
                int identifier = from.get() & 0xff;
                int start = from.position();
                skip(from, identifier);
                if (from.position() > end) {
                    throw new MalformedPacketException();
                }
                visitor.property(identifier, from.slice(start, from.position() - start));
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new MalformedPacketException();
        }
    }

    private static void skip(ByteBuffer from, int identifier) {
        switch (identifier) {
            case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a -> from.get();
            case 0x13, 0x21, 0x22, 0x23 -> from.getShort();
            case 0x02, 0x11, 0x18, 0x27 -> from.getInt();
            case 0x0b -> variable(from);
            case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c, 0x1f -> skipString(from);
            case 0x26 -> {
                skipString(from);
                skipString(from);
            }
            default -> throw new MalformedPacketException();
        }
    }

    private static void skipString(ByteBuffer from) {
        int length = from.getShort() & 0xffff;
        from.position(from.position() + length);
    }

    static int variable(ByteBuffer from) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = from.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedPacketException();
    }

    static byte[] variable(int value) {
        byte[] bytes = new byte[value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4];
        int left = value;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (left & 0x7f | (i < bytes.length - 1 ? 0x80 : 0));
            left >>= 7;
        }
        return bytes;
    }

    /** Two bytes of length and as much UTF-8. */
    static String string(ByteBuffer from) {
        try {
            int length = from.getShort() & 0xffff;
            ByteBuffer text = from.slice(from.position(), length);
            from.position(from.position() + length);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(text)
                    .toString();
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | CharacterCodingException e) {
            throw new MalformedPacketException();
        }
    }
}
