package io.github.kinesisiot.cloud;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the IoT endpoint looks at in a CONNECT.
 *
 * @param willQos -1 without a will
 * @param sessionExpirySeconds unsigned
 * @param sessionExpiryAt where in the packet that is; -1 without it
 */
record ConnectPacket(
        Packet packet,
        int version,
        String clientId,
        int keepAliveSeconds,
        int keepAliveAt,
        int willQos,
        long sessionExpirySeconds,
        int sessionExpiryAt) {
    static final int VERSION_5 = 5;

    private static final int WILL = 0x04;
    private static final int SHORTEST_KEEP_ALIVE = 30;
    private static final int LONGEST_KEEP_ALIVE = 1_200;
    private static final int LONGEST_SESSION = 3_600;

    static ConnectPacket read(Packet packet) {
        try {
            ByteBuffer body = packet.body();
            if (!"MQTT".equals(Properties5.string(body))) {
                throw new MalformedPacketException();
            }
            int version = body.get();
            if (version != VERSION_5) {
                return new ConnectPacket(packet, version, "", 0, 0, -1, 0, -1);
            }
            int flags = body.get();
            int keepAliveAt = body.position();
            int keepAlive = body.getShort() & 0xffff;
            long[] expiry = {0, -1};
            int propertiesAt = body.position();
            Properties5.read(body, (identifier, value) -> {
                if (identifier == Properties5.SESSION_EXPIRY) {
                    expiry[0] = value.getInt(0) & 0xffffffffL;
                    expiry[1] = 0;
                }
            });
            int expiryAt = expiry[1] < 0 ? -1 : expiryAt(packet, propertiesAt);
            String clientId = Properties5.string(body);
            int willQos = (flags & WILL) == 0 ? -1 : flags >> 3 & 3;
            return new ConnectPacket(packet, version, clientId, keepAlive, keepAliveAt, willQos, expiry[0], expiryAt);
        } catch (BufferUnderflowException e) {
            throw new MalformedPacketException();
        }
    }

    // Slices do not say where they come from.
    private static int expiryAt(Packet packet, int propertiesAt) {
        ByteBuffer again = ByteBuffer.wrap(packet.bytes());
        again.position(propertiesAt);
        int[] at = {propertiesAt + Properties5.variable(Properties5.variable(again)).length, -1};
        again.position(propertiesAt);
        Properties5.read(again, (identifier, value) -> {
            if (identifier == Properties5.SESSION_EXPIRY) {
                at[1] = at[0] + 1;
            }
            at[0] += 1 + value.remaining();
        });
        return at[1];
    }

    int clientIdBytes() {
        return clientId.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What AWS makes of the client's wish: 30 to 1,200 s, and 0 is the longest. */
    int servedKeepAlive() {
        return keepAliveSeconds == 0
                ? LONGEST_KEEP_ALIVE
                : Math.max(SHORTEST_KEEP_ALIVE, Math.min(keepAliveSeconds, LONGEST_KEEP_ALIVE));
    }

    /** An hour at most, unless the account has another quota. */
    int servedSessionExpiry() {
        return (int) Math.min(sessionExpirySeconds, LONGEST_SESSION);
    }

    /** The same, with what AWS makes of it, so that the broker behind keeps the same times. */
    Packet served() {
        byte[] bytes = packet.bytes().clone();
        ByteBuffer changed = ByteBuffer.wrap(bytes);
        changed.putShort(keepAliveAt, (short) servedKeepAlive());
        if (sessionExpiryAt >= 0) {
            changed.putInt(sessionExpiryAt, servedSessionExpiry());
        }
        return new Packet(bytes, packet.bodyAt());
    }
}
