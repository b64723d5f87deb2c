package io.github.kinesisiot.iot;

import io.github.kinesisiot.iot.websocket.BrokerWords;

/**
 * The publishes of one connection on the wire: each with a packet id and, where it saves bytes, a topic alias, and with the answers to them.
 * Paho has no part in them.
 *
 * <p>Thread-safe. Never blocks on the network.
 */
final class Transmitter implements BrokerWords.Answers {

    private static final byte PUBREL = 0x62;

    /** Who waits for the answers. Called on the reading thread, or on the writing one for QoS 0: must not block. */
    interface Listener {
        /** @param said the reason string, or null */
        void answered(Publish publish, int code, String said);
    }

    private final Outbox outbox;
    private final Listener listener;
    private final PacketIds packetIds = new PacketIds();
    private final TopicAliases aliases;

    Transmitter(Outbox outbox, int mostAliases, Listener listener) {
        this.outbox = outbox;
        this.listener = listener;
        this.aliases = new TopicAliases(mostAliases);
    }

    // One at a time: no use of an alias may overtake its definition.
    synchronized void transmit(Publish publish) {
        Message message = publish.message();
        TopicAliases.Use alias = aliases.use(message.topic());
        publish.saved(alias.saved());
        boolean answered = message.qos() > 0;
        outbox.add(
                message.packet(),
                answered ? packetIds.next(publish) : 0,
                alias.number(),
                !alias.known(),
                // Written to the socket is all there is to know of it.
                answered ? null : () -> listener.answered(publish, 0, null));
    }

    void settled(Publish publish) {
        packetIds.free(publish);
    }

    /** The first answer to a publish frees its id, so there is no second one. */
    @Override
    public void answered(int packetId, int code, String said) {
        Publish publish = packetIds.owner(packetId);
        if (publish != null) {
            if (code >= 0x80) {
                undefine(publish.message().topic());
            }
            listener.answered(publish, code, said);
        }
    }

    /** Of QoS 2: the broker has it, and is told that it may forget the id. */
    @Override
    public void received(int packetId) {
        if (packetIds.owner(packetId) != null) {
            outbox.add(new byte[] {PUBREL, 2, (byte) (packetId >>> 8), (byte) packetId});
        }
    }

    // A broker need not remember an alias from a packet it refused.
    private synchronized void undefine(String topic) {
        aliases.undefine(topic);
    }
}
