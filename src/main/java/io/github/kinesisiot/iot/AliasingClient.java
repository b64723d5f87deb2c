package io.github.kinesisiot.iot;

import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;

/**
 * Paho's client, which can also publish to a topic by its alias alone, and with packet ids that its caller knows before they are sent.
 */
final class AliasingClient extends MqttAsyncClient {

    AliasingClient(String uri, String clientId, MqttPingSender ping) throws MqttException {
        super(uri, clientId, new MemoryPersistence(), ping, null);
    }

    /** Publishes a message whose properties hold the alias; a null topic leaves the name out of the packet. */
    void publish(String topic, int packetId, MqttMessage message, MqttActionListener listener) throws MqttException {
        MqttToken token = new MqttToken(getClientId());
        token.internalTok.setDeliveryToken(true);
        token.setActionCallback(listener);
        MqttPublish packet = new MqttPublish(topic, message, message.getProperties());
        packet.setMessageId(packetId);
        token.setRequestMessage(packet);
        comms.sendNoWait(packet, token);
    }
}
