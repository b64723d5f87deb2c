package io.github.kinesisiot.iot;

import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.credentials.SessionSource;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.github.kinesisiot.iot.websocket.RequestTarget;
import io.github.kinesisiot.iot.websocket.TransportOptions;
import io.github.kinesisiot.iot.websocket.UrlSigner;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/**
 * What one attempt to connect is made with.
 *
 * @param session whose credentials sign it, or null where they come from elsewhere or nothing is signed
 */
record ConnectionAttempt(PoolSettings settings, BrokerAddress address, String clientId, AssumedSession session) {

    /** Paho's options for this attempt. May block while credentials are fetched that no {@link SessionSource} holds. */
    TransportOptions options(Clock clock) {
        TransportOptions options = transport(clock);
        PoolSettings.Login login = settings.login();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(login.keepAliveSeconds());
        options.setReceiveMaximum(login.receiveMaximum());
        options.setUserName(login.userName());
        options.setPassword(login.password() == null ? null : login.password().getBytes(StandardCharsets.UTF_8));
        options.setCustomWebSocketHeaders(login.webSocketHeaders());
        if (login.will() != null) {
            PoolSettings.Will will = login.will();
            MqttProperties properties = will.properties() == null ? new MqttProperties() : will.properties();
            options.setWill(
                    will.topic(),
                    new MqttMessage(
                            will.payload().getBytes(StandardCharsets.UTF_8), will.qos(), will.retained(), properties));
        }
        return options;
    }

    private TransportOptions transport(Clock clock) {
        Supplier<RequestTarget> target =
                settings.signing().map(signing -> signer(signing, clock)).orElse(() -> RequestTarget.unsigned(address));
        PoolSettings.Broker broker = settings.broker();
        return new TransportOptions(
                address,
                target,
                broker.plainSockets(),
                broker.tls(),
                settings.timings().connect(),
                clock);
    }

    private Supplier<RequestTarget> signer(PoolSettings.Signing signing, Clock clock) {
        AwsCredentials credentials = session == null ? signing.provider().resolveCredentials() : session.credentials();
        UrlSigner signer = new UrlSigner(signing.region(), clock);
        return () -> signer.sign(address, credentials);
    }
}
