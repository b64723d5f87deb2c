package io.github.kinesisiot.cloud;

import java.util.Arrays;

/** Puts MQTT packets together from what frames carry. */
final class PacketReader {
    /** Where they go. */
    interface Packets {
        void packet(Packet packet);

        /** Longer than announced, or a length that is none. Nothing comes after it. */
        void badPacket(int reason);
    }

    private static final int LENGTH_BYTES = 4;

    private final int most;
    private final Packets to;
    private final byte[] header = new byte[1 + LENGTH_BYTES];
    private int headerLength;
    private byte[] packet;
    private int filled;
    private boolean ended;

    /** @param most bytes of a whole packet */
    PacketReader(int most, Packets to) {
        this.most = most;
        this.to = to;
    }

    void take(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && !ended) {
            if (packet == null) {
                header(bytes[at++]);
            } else {
                int part = Math.min(end - at, packet.length - filled);
                System.arraycopy(bytes, at, packet, filled, part);
                at += part;
                filled += part;
                if (filled == packet.length) {
                    whole();
                }
            }
        }
    }

    private void header(byte value) {
        header[headerLength++] = value;
        if (headerLength == 1) {
            return;
        }
        if (value < 0) {
            if (headerLength == header.length) {
                bad(Reason.MALFORMED_PACKET);
            }
            return;
        }
        int length = 0;
        for (int i = headerLength - 1; i > 0; i--) {
            length = length << 7 | header[i] & 0x7f;
        }
        if (headerLength + length > most) {
            bad(Reason.PACKET_TOO_LARGE);
            return;
        }
        packet = Arrays.copyOf(header, headerLength + length);
        filled = headerLength;
        if (filled == packet.length) {
            whole();
        }
    }

    private void whole() {
        Packet whole = new Packet(packet, headerLength);
        packet = null;
        headerLength = 0;
        to.packet(whole);
    }

    private void bad(int reason) {
        ended = true;
        to.badPacket(reason);
    }
}
