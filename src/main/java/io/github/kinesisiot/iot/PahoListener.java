package io.github.kinesisiot.iot;

import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;

/** Two lambdas as Paho's listener. */
record PahoListener(Consumer<IMqttToken> success, Consumer<Throwable> failure) implements MqttActionListener {

    static PahoListener of(Consumer<IMqttToken> success, Consumer<Throwable> failure) {
        return new PahoListener(success, failure);
    }

    @Override
    public void onSuccess(IMqttToken token) {
        success.accept(token);
    }

    @Override
    public void onFailure(IMqttToken token, Throwable cause) {
        failure.accept(cause);
    }
}
