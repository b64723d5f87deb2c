package io.github.kinesisiot.cloud;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Somebody in the target account who listens: straight to the broker, without the signed endpoint. Collects what arrives, in order.
 * Does not come back after its connection is lost. Thread-safe.
 */
public final class Subscriber implements AutoCloseable {
    private static final long LIMIT_MILLIS = 10_000;

    private final Clock clock;
    private final Consumer<ReceivedMessage> listener;
    private final MqttAsyncClient client;
    private final List<ReceivedMessage> messages = new ArrayList<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    private Subscriber(String brokerUrl, Clock clock, Consumer<ReceivedMessage> listener) throws MqttException {
        this.clock = clock;
        this.listener = listener;
        this.client = new MqttAsyncClient(brokerUrl, "subscriber-" + UUID.randomUUID(), new MemoryPersistence());
        client.setCallback(new Collector());
    }

    /** Returns once the subscription is in force. The listener is called for each message, one at a time. */
    static Subscriber connect(String brokerUrl, String topicFilter, Clock clock, Consumer<ReceivedMessage> listener) {
        try {
            Subscriber subscriber = new Subscriber(brokerUrl, clock, listener);
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setAutomaticReconnect(false);
            options.setCleanStart(true);
            options.setReceiveMaximum(1_000);
            subscriber.client.connect(options).waitForCompletion(LIMIT_MILLIS);
            subscriber.client.subscribe(topicFilter, 1).waitForCompletion(LIMIT_MILLIS);
            return subscriber;
        } catch (MqttException e) {
            throw new IllegalStateException("no subscription to " + topicFilter + " at " + brokerUrl, e);
        }
    }

    /** All messages so far, in the order of their arrival. */
    public List<ReceivedMessage> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    public int count() {
        synchronized (messages) {
            return messages.size();
        }
    }

    /** The payloads of one topic as text, in the order of their arrival. */
    public List<String> texts(String topic) {
        return messages().stream()
                .filter(message -> message.topic().equals(topic))
                .map(ReceivedMessage::text)
                .toList();
    }

    public void clear() {
        synchronized (messages) {
            messages.clear();
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            client.disconnectForcibly(0, 1_000, true);
            client.close(true);
        } catch (MqttException e) {
            // The broker has gone first.
        }
    }

    private final class Collector implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            MqttProperties properties =
                    Optional.ofNullable(message.getProperties()).orElseGet(MqttProperties::new);
            List<Map.Entry<String, String>> userProperties = properties.getUserProperties().stream()
                    .map(property -> Map.entry(property.getKey(), property.getValue()))
                    .toList();
            ReceivedMessage received = new ReceivedMessage(
                    topic,
                    message.getPayload(),
                    message.getQos(),
                    message.isRetained(),
                    Optional.ofNullable(properties.getContentType()),
                    userProperties,
                    clock.instant());
            synchronized (messages) {
                messages.add(received);
            }
            listener.accept(received);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
