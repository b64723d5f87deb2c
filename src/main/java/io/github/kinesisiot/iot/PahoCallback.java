package io.github.kinesisiot.iot;

import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Of Paho's events only the loss of the connection matters to one who only publishes. */
record PahoCallback(Consumer<MqttDisconnectResponse> lost) implements MqttCallback {

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        lost.accept(response);
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // ends in disconnected() when it matters
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        // nothing is subscribed to
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // each publish has its own listener
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // the connect has its own listener
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // no enhanced authentication is begun
    }
}
