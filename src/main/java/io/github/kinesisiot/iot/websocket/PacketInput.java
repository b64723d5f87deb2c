package io.github.kinesisiot.iot.websocket;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Set;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/**
 * The broker's packets, each checked as a whole before Paho sees it; the answers to publishes are not for Paho. What it would stumble over is put in a form it can read, so that
 * no answer is lost and no other publish suffers; what no broker may send ends the stream with an exception that says so. Paho itself
 * loses its reading thread without a word over some of it, and whoever waits for a PUBACK then learns of it by a time-out only.
 *
 * <p>For one reading thread: Paho's receiver.
 */
final class PacketInput extends InputStream {

    /** To one who subscribes to nothing a broker has little to say. */
    private static final int LARGEST = 256 * 1024;

    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int DISCONNECT = 14;
    private static final Set<Integer> ALLOWED = Set.of(CONNACK, PUBLISH, PUBACK, PUBREC, PUBCOMP, 13, DISCONNECT, 15);

    private static final int UNSPECIFIED_ERROR = 0x80;
    private static final byte[] NOTHING = {};

    private final InputStream in;
    private final FirstWriteOutput connect;
    private final BrokerWords words;
    private byte[] packet = {};
    private int at;
    private boolean mayRead;

    /**
     * @param in buffered; small reads must be cheap
     * @param connect what CONNECT is written to
     * @param words learns what does not go through Paho
     */
    PacketInput(InputStream in, FirstWriteOutput connect, BrokerWords words) {
        this.in = in;
        this.connect = connect;
        this.words = words;
    }

    @Override
    public int read() throws IOException {
        while (at == packet.length) {
            next();
        }
        return packet[at++] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == packet.length) {
            next();
        }
        int count = Math.min(length, packet.length - at);
        System.arraycopy(packet, at, bytes, offset, count);
        at += count;
        return count;
    }

    @Override
    public int available() {
        return packet.length - at;
    }

    private void next() throws IOException {
        if (!mayRead) {
            awaitConnect();
        }
        int first = in.read();
        if (first < 0) {
            throw new EOFException("the broker ended the connection");
        }
        int type = first >> 4;
        if (!ALLOWED.contains(type)) {
            throw new IOException(
                    "the broker sent a packet of type " + type + ", which it must not send to a publisher");
        }
        if (type != PUBLISH && (first & 0x0F) != 0) {
            throw malformed(type);
        }
        byte[] content = new byte[length()];
        if (in.readNBytes(content, 0, content.length) < content.length) {
            throw new EOFException("the broker ended the connection within a packet");
        }
        packet = readable(type, first, content);
        at = 0;
    }

    // A broker speaks only after CONNECT. Paho starts this reader first and then waits to see it run: a connection that
    // was already reset would end the reader before that, and Paho would wait for ever, a thread lost with each
    // attempt.
    private void awaitConnect() throws IOException {
        try {
            connect.awaitFirstWrite();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before CONNECT was sent");
        }
        mayRead = true;
    }

    private int length() throws IOException {
        int length = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the broker ended the connection within a packet");
            }
            length |= (b & 0x7F) << shift;
            if ((b & 0x80) == 0) {
                if (length > LARGEST) {
                    throw new IOException(
                            "the broker sent a packet of " + length + " bytes to one who subscribes to nothing");
                }
                return length;
            }
        }
        throw new IOException("the broker sent a packet whose length has more than four bytes");
    }

    /** The packet in a form that Paho reads; empty for one it had better not see. */
    private byte[] readable(int type, int first, byte[] content) throws IOException {
        switch (type) {
            case CONNACK -> words.connack(content);
            case PUBACK, PUBREC, PUBCOMP -> {
                answer(type, content);
                return NOTHING;
            }
            default -> {
                // as it came
            }
        }
        return checked(type, first, content);
    }

    private void answer(int type, byte[] content) throws IOException {
        if (content.length < 2) {
            throw malformed(type);
        }
        int packetId = (content[0] & 0xFF) << 8 | content[1] & 0xFF;
        int code = content.length == 2 ? 0 : content[2] & 0xFF;
        try {
            if (type == PUBREC && code < UNSPECIFIED_ERROR) {
                words.received(packetId);
            } else {
                words.answered(packetId, code, code < UNSPECIFIED_ERROR ? null : reasonString(content));
            }
        } catch (RuntimeException e) {
            // Anything else would end Paho's reading thread without a word.
            throw new IOException("an answer of the broker's could not be taken", e);
        }
    }

    // Of a packet that says no; null where there is none that can be read.
    private static String reasonString(byte[] content) {
        byte[] readable = content.clone();
        readable[2] = (byte) UNSPECIFIED_ERROR; // Paho refuses to read some codes, 0x91 among them
        try {
            MqttProperties properties = MqttWireMessage.createWireMessage(packet(PUBACK << 4, readable))
                    .getProperties();
            return properties == null ? null : properties.getReasonString();
        } catch (MqttException | RuntimeException e) {
            return null;
        }
    }

    private static byte[] checked(int type, int first, byte[] content) throws IOException {
        byte[] checked = packet(first, content);
        if (isReadable(checked)) {
            return checked;
        }
        // A reason string that Paho takes for malformed must not hide the reason code.
        byte[] bare = packet(first, withoutProperties(type, content));
        if (isReadable(bare)) {
            return bare;
        }
        throw malformed(type);
    }

    private static IOException malformed(int type) {
        return new IOException("the broker sent a malformed packet of type " + type);
    }

    private static byte[] withoutProperties(int type, byte[] content) {
        int kept = type == DISCONNECT ? 1 : content.length;
        if (type == CONNACK && content.length > 2 && (content[1] & 0x80) != 0) {
            return new byte[] {content[0], content[1], 0};
        }
        return Arrays.copyOf(content, Math.min(kept, content.length));
    }

    private static boolean isReadable(byte[] whole) {
        try {
            return MqttWireMessage.createWireMessage(whole) != null;
        } catch (MqttException | RuntimeException e) {
            return false;
        }
    }

    private static byte[] packet(int first, byte[] content) {
        byte[] length = MqttWireMessage.encodeVariableByteInteger(content.length);
        byte[] whole = new byte[1 + length.length + content.length];
        whole[0] = (byte) first;
        System.arraycopy(length, 0, whole, 1, length.length);
        System.arraycopy(content, 0, whole, 1 + length.length, content.length);
        return whole;
    }
}
