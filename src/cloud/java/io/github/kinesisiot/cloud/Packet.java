package io.github.kinesisiot.cloud;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A whole MQTT packet.
 *
 * @param bodyAt where what follows the length begins
 */
record Packet(byte[] bytes, int bodyAt) {
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBSCRIBE = 8;
    static final int UNSUBSCRIBE = 10;
    static final int PINGREQ = 12;
    static final int DISCONNECT = 14;

    /** Of fixed form and shorter than 128 bytes. */
    static Packet of(int first, byte... body) {
        byte[] bytes = new byte[2 + body.length];
        bytes[0] = (byte) first;
        bytes[1] = (byte) body.length;
        System.arraycopy(body, 0, bytes, 2, body.length);
        return new Packet(bytes, 2);
    }

    static Packet disconnect(int reason) {
        return of(0xe0, (byte) reason, (byte) 0);
    }

    static Packet refusedConnect(int reason) {
        return of(0x20, (byte) 0, (byte) reason, (byte) 0);
    }

    static Packet puback(int id, int reason) {
        return reason == Reason.SUCCESS
                ? of(0x40, (byte) (id >> 8), (byte) id)
                : of(0x40, (byte) (id >> 8), (byte) id, (byte) reason, (byte) 0);
    }

    int type() {
        return bytes[0] >> 4 & 0x0f;
    }

    /** Its flags and reserved bits. */
    int flags() {
        return bytes[0] & 0x0f;
    }

    ByteBuffer body() {
        return ByteBuffer.wrap(bytes, bodyAt, bytes.length - bodyAt);
    }

    /** Of a PUBACK. */
    int id() {
        return body().getShort() & 0xffff;
    }

    /** Of a PUBACK: absent means success. */
    int pubackReason() {
        return bytes.length - bodyAt < 3 ? Reason.SUCCESS : bytes[bodyAt + 2] & 0xff;
    }

    // Records compare arrays by identity, and print nothing of use of them.
    @Override
    public boolean equals(Object other) {
        return other instanceof Packet packet && Arrays.equals(bytes, packet.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "packet of type " + type() + " and " + bytes.length + " bytes";
    }
}
