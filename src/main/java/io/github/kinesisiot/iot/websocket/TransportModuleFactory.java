package io.github.kinesisiot.iot.websocket;

import java.net.URI;
import java.util.Set;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.spi.NetworkModuleFactory;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Found by Paho through the ServiceLoader. Paho takes the first factory that knows a scheme, in class path order; with a scheme of our
 * own there is nothing to win or lose, and the usual ones remain Paho's for every other client in the JVM.
 */
public final class TransportModuleFactory implements NetworkModuleFactory {

    static final String SCHEME = "bridge";

    @Override
    public Set<String> getSupportedUriSchemes() {
        return Set.of(SCHEME);
    }

    @Override
    public void validateURI(URI brokerUri) {
        // BrokerAddress has checked what this was made of
    }

    @Override
    public NetworkModule createNetworkModule(URI brokerUri, MqttConnectionOptions options, String clientId)
            throws MqttException {
        if (options instanceof TransportOptions ours) {
            return ours.createModule();
        }
        throw new MqttException(
                MqttException.REASON_CODE_CLIENT_EXCEPTION,
                new IllegalArgumentException(
                        "the scheme " + SCHEME + " is internal: use wss://, ws://, ssl:// or tcp://"));
    }
}
