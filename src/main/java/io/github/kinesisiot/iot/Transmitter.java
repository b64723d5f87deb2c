package io.github.kinesisiot.iot;

import io.github.kinesisiot.iot.websocket.BrokerWords;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Hands the publishes of one connection to Paho, each with a packet id and, where it saves bytes, a topic alias; and reads what the
 * PUBACK said.
 *
 * <p>Thread-safe. Never blocks on the network.
 */
final class Transmitter {

    private final AliasingClient client;
    private final BrokerWords words;
    private final PacketIds packetIds = new PacketIds();
    private final TopicAliases aliases;

    Transmitter(AliasingClient client, BrokerWords words, int mostAliases) {
        this.client = client;
        this.words = words;
        this.aliases = new TopicAliases(Math.min(mostAliases, words.topicAliasMaximum()));
    }

    // One at a time: no use of an alias may overtake its definition.
    synchronized void transmit(Publish publish, Consumer<IMqttToken> acknowledged, Consumer<Throwable> failed)
            throws MqttException {
        String topic = publish.message().topic();
        MqttMessage message = publish.message().toPaho();
        TopicAliases.Use alias = aliases.use(topic);
        if (alias.number() > 0) {
            message.getProperties().setTopicAlias(alias.number());
        }
        publish.saved(alias.saved());
        int packetId = packetIds.next(publish);
        if (message.getQos() > 0) {
            words.expect(packetId);
        }
        try {
            client.publish(alias.known() ? null : topic, packetId, message, PahoListener.of(acknowledged, failed));
        } catch (MqttException | RuntimeException e) {
            if (alias.number() > 0 && !alias.known()) {
                aliases.undefine(topic);
            }
            throw e;
        }
    }

    /**
     * The failure that the answer stands for, or null for success.
     *
     * @param hint what could be done about a lack of permission
     */
    PublishException failure(Message message, IMqttToken token, Supplier<String> hint) {
        if (message.qos() == 0) {
            return null; // written to the socket, which is all there is to know
        }
        // Not the code in the token: Paho was told another where it knows too few, and completes tokens without any.
        int code = words.answer(token.getMessageId());
        if (code < 0) {
            return new PublishFailedException("CONNECTION_LOST", "no PUBACK came: the client gave up", null);
        }
        if (code < 0x80) {
            return null;
        }
        undefine(message.topic());
        MqttProperties properties = token.getResponseProperties();
        return AckReason.failure(
                code, message.topic(), hint.get(), properties == null ? null : properties.getReasonString());
    }

    void settled(Publish publish) {
        packetIds.free(publish);
    }

    // A broker need not remember an alias from a packet it refused.
    private synchronized void undefine(String topic) {
        aliases.undefine(topic);
    }
}
