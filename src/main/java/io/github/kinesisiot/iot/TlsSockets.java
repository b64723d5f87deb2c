package io.github.kinesisiot.iot;

import io.github.kinesisiot.iot.websocket.TlsSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.eclipse.paho.mqttv5.client.security.SSLSocketFactoryFactory;
import org.eclipse.paho.mqttv5.common.MqttSecurityException;

/** Makes one TLS socket factory for each trust store asked for, so that equal endpoints have equal settings. Thread-safe. */
final class TlsSockets {

    private static final String JVM = "the JVM's trust store";

    private final Map<Object, SSLSocketFactory> factories = new HashMap<>();

    /** From caFile, else Camel's socketFactory, else its sslClientProps, else the JVM's trust store. */
    TlsSettings settings(String caFile, PahoMqtt5Configuration options) {
        SocketFactory given = options.getSocketFactory();
        Properties properties = options.getSslClientProps();
        if (caFile != null && (given != null || properties != null)) {
            throw new IllegalArgumentException(
                    "caFile cannot be combined with socketFactory or sslClientProps: each brings its own trust");
        }
        if (given != null && !(given instanceof SSLSocketFactory)) {
            throw new IllegalArgumentException(
                    "socketFactory must be an SSLSocketFactory when brokerUrl is wss:// or ssl://");
        }
        SSLSocketFactory sockets;
        List<String> cipherSuites = List.of();
        if (given != null) {
            sockets = (SSLSocketFactory) given;
        } else if (caFile != null) {
            Path pem = Path.of(caFile).toAbsolutePath();
            sockets = cached(pem, () -> TlsSettings.trusting(pem));
        } else if (properties != null) {
            sockets = cached(properties, () -> pahoSockets(properties));
            String suites = properties.getProperty(SSLSocketFactoryFactory.CIPHERSUITES);
            cipherSuites = suites == null ? List.of() : List.of(suites.trim().split("[,;\\s]+"));
        } else {
            sockets = cached(JVM, () -> (SSLSocketFactory) SSLSocketFactory.getDefault());
        }
        return new TlsSettings(
                sockets, options.isHttpsHostnameVerificationEnabled(), options.getSslHostnameVerifier(), cipherSuites);
    }

    private synchronized SSLSocketFactory cached(Object key, Supplier<SSLSocketFactory> make) {
        return factories.computeIfAbsent(key, k -> make.get());
    }

    private static SSLSocketFactory pahoSockets(Properties properties) {
        try {
            SSLSocketFactoryFactory paho = new SSLSocketFactoryFactory();
            paho.initialize(properties, null);
            return paho.createSocketFactory(null);
        } catch (MqttSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("sslClientProps: " + ConnectFault.rootMessage(e), e);
        }
    }
}
