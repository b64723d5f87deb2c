package io.github.kinesisiot.cloud;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/** The CONNACK of AWS IoT Core: what it takes, announced in properties. */
final class Connack {
    static final int TOPIC_ALIASES = 8;
    /** Of a whole packet; of that the payload may be 128 KiB. */
    static final int PACKET_BYTES = 149_504;

    static final int UNACKNOWLEDGED = 100;

    private Connack() {}

    /** Instead of the broker's own, of which the session and an assigned client id are kept. A refusal stays as it is. */
    static Packet of(Packet broker, ConnectPacket connect) {
        ByteBuffer body = broker.body();
        byte sessionPresent = body.get();
        byte reason = body.get();
        if (reason != 0) {
            return broker;
        }
        Buffer properties = Buffer.buffer();
        if (connect.sessionExpiryAt() >= 0) {
            properties.appendByte((byte) Properties5.SESSION_EXPIRY).appendInt(connect.servedSessionExpiry());
        }
        Properties5.read(body, (identifier, value) -> {
            if (identifier == Properties5.ASSIGNED_CLIENT_ID) {
                byte[] id = new byte[value.remaining()];
                value.get(id);
                properties.appendByte((byte) identifier).appendBytes(id);
            }
        });
        properties
                .appendByte((byte) Properties5.RECEIVE_MAXIMUM)
                .appendUnsignedShort(UNACKNOWLEDGED)
                .appendByte((byte) Properties5.MAXIMUM_QOS)
                .appendByte((byte) 1)
                .appendByte((byte) Properties5.RETAIN_AVAILABLE)
                .appendByte((byte) 1)
                .appendByte((byte) Properties5.MAXIMUM_PACKET_SIZE)
                .appendInt(PACKET_BYTES)
                .appendByte((byte) Properties5.TOPIC_ALIAS_MAXIMUM)
                .appendUnsignedShort(TOPIC_ALIASES)
                .appendByte((byte) Properties5.WILDCARD_SUBSCRIPTION)
                .appendByte((byte) 1)
                .appendByte((byte) Properties5.SUBSCRIPTION_IDENTIFIERS)
                .appendByte((byte) 0)
                .appendByte((byte) Properties5.SHARED_SUBSCRIPTION)
                .appendByte((byte) 1)
                .appendByte((byte) Properties5.SERVER_KEEP_ALIVE)
                .appendUnsignedShort(connect.servedKeepAlive());
        byte[] size = Properties5.variable(properties.length());
        Buffer whole = Buffer.buffer()
                .appendByte((byte) 0x20)
                .appendBytes(Properties5.variable(2 + size.length + properties.length()))
                .appendByte(sessionPresent)
                .appendByte(reason)
                .appendBytes(size)
                .appendBuffer(properties);
        byte[] bytes = whole.getBytes();
        return new Packet(bytes, bytes.length - 2 - size.length - properties.length());
    }
}
