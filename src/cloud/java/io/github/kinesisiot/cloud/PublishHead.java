package io.github.kinesisiot.cloud;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the IoT endpoint looks at in a PUBLISH.
 *
 * @param topic empty where the alias alone stands for it
 * @param alias 0 without one
 * @param id 0 for QoS 0
 * @param responseTopic empty without one
 * @param restAt where in the packet the topic ends
 */
record PublishHead(
        Packet packet,
        String topic,
        boolean hasAlias,
        int alias,
        int qos,
        boolean retained,
        int id,
        int userPropertyBytes,
        String responseTopic,
        int payloadBytes,
        int restAt) {

    static PublishHead read(Packet packet) {
        try {
            ByteBuffer body = packet.body();
            int qos = packet.flags() >> 1 & 3;
            String topic = Properties5.string(body);
            int restAt = body.position();
            int id = qos == 0 ? 0 : body.getShort() & 0xffff;
            var found = new Found();
            Properties5.read(body, found);
            return new PublishHead(
                    packet,
                    topic,
                    found.hasAlias,
                    found.alias,
                    qos,
                    (packet.flags() & 1) != 0,
                    id,
                    found.userPropertyBytes,
                    found.responseTopic,
                    body.remaining(),
                    restAt);
        } catch (BufferUnderflowException e) {
            throw new MalformedPacketException();
        }
    }

    private static final class Found implements Properties5.Visitor {
        private boolean hasAlias;
        private int alias;
        private int userPropertyBytes;
        private String responseTopic = "";

        @Override
        public void property(int identifier, ByteBuffer value) {
            switch (identifier) {
                case Properties5.TOPIC_ALIAS -> {
                    hasAlias = true;
                    alias = value.getShort(0) & 0xffff;
                }
                // Name and value, without the four bytes that say how long they are.
                case Properties5.USER_PROPERTY -> userPropertyBytes += value.remaining() - 4;
                case Properties5.RESPONSE_TOPIC -> responseTopic = Properties5.string(value);
                default -> {}
            }
        }
    }

    /** The same with its topic written out: for a broker that has not heard of the alias yet. */
    Packet spelledOut(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] old = packet.bytes();
        int length = 2 + text.length + old.length - restAt;
        byte[] size = Properties5.variable(length);
        ByteBuffer changed = ByteBuffer.allocate(1 + size.length + length);
        changed.put(old[0]).put(size).putShort((short) text.length).put(text);
        changed.put(old, restAt, old.length - restAt);
        return new Packet(changed.array(), 1 + size.length);
    }
}
