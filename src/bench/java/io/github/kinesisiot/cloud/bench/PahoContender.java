package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.PresignedUrl;
import io.github.kinesisiot.cloud.TrustedAuthority;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** Paho's asynchronous client and nothing around it, with Paho's own WebSocket: no quotas, no time-outs, no way back after a loss. */
final class PahoContender implements Contender {
    private static final int PER_CONNECTION = 100;
    private static final long LIMIT_MILLIS = 20_000;

    private final List<MqttAsyncClient> clients = new ArrayList<>();

    PahoContender(Target target, int connections) throws Exception {
        for (int i = 0; i < connections; i++) {
            String url = target.signed()
                    ? PresignedUrl.sign(target.url().getAuthority(), target.credentials(), Clock.systemUTC())
                            .toString()
                    : target.url().toString();
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setAutomaticReconnect(false);
            options.setCleanStart(true);
            if (target.signed()) {
                options.setSocketFactory(
                        TrustedAuthority.context(target.caFile()).getSocketFactory());
            }
            MqttAsyncClient client = new MqttAsyncClient(url, "bench-paho-" + i, new MemoryPersistence());
            clients.add(client);
            client.connect(options).waitForCompletion(LIMIT_MILLIS);
        }
    }

    @Override
    public int window() {
        return PER_CONNECTION * clients.size();
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    public void publish(int place, String topic, byte[] payload, Answer answer) throws MqttException {
        clients.get(place % clients.size())
                .publish(topic, new MqttMessage(payload, 1, false, null), null, new MqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        int reason = token.getReasonCodes()[0];
                        answer.settled(reason < 0x80 ? null : new IllegalStateException("reason code " + reason));
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable failure) {
                        answer.settled(failure);
                    }
                });
    }

    @Override
    public void close() {
        for (MqttAsyncClient client : clients) {
            try {
                client.disconnect(0).waitForCompletion(LIMIT_MILLIS);
                client.close(true);
            } catch (MqttException e) {
                // The broker closes the connection behind a refused publish.
            }
        }
    }
}
