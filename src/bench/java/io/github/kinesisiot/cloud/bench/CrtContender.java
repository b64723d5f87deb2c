package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.PresignedUrl;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ExtendedValidationAndFlowControlOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.LifecycleEvents;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.Mqtt5ClientOptionsBuilder;
import software.amazon.awssdk.crt.mqtt5.Mqtt5WebsocketHandshakeTransformArgs;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishResult;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket.ConnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket.PublishPacketBuilder;

/** The MQTT 5 client of AWS's IoT Device SDK, which is native code. Its own quotas are off. */
final class CrtContender implements Contender {
    private static final int PER_CONNECTION = 100;

    private final Target target;
    private final List<Mqtt5Client> clients = new ArrayList<>();

    CrtContender(Target target, int connections) throws Exception {
        this.target = target;
        TlsContext tls = target.signed() ? tls(target) : null;
        URI url = target.url();
        for (int i = 0; i < connections; i++) {
            CompletableFuture<Void> connected = new CompletableFuture<>();
            Mqtt5ClientOptionsBuilder options = new Mqtt5ClientOptionsBuilder(url.getHost(), (long) url.getPort())
                    .withConnectOptions(new ConnectPacketBuilder()
                            .withClientId("bench-crt-" + i)
                            .build())
                    .withExtendedValidationAndFlowControlOptions(ExtendedValidationAndFlowControlOptions.NONE)
                    .withWebsocketHandshakeTransform(this::sign)
                    .withLifecycleEvents(new Events(connected));
            if (tls != null) {
                options.withTlsContext(tls);
            }
            Mqtt5Client client = new Mqtt5Client(options.build());
            clients.add(client);
            client.start();
            connected.get(20, TimeUnit.SECONDS);
        }
    }

    private static TlsContext tls(Target target) {
        try (TlsContextOptions options = TlsContextOptions.createDefaultClient()
                .withCertificateAuthorityFromPath(null, target.caFile().toString())) {
            return new TlsContext(options);
        }
    }

    private void sign(Mqtt5WebsocketHandshakeTransformArgs handshake) {
        HttpRequest request = handshake.getHttpRequest();
        if (target.signed()) {
            String host = request.getHeaders().stream()
                    .filter(header -> header.getName().equalsIgnoreCase("Host"))
                    .map(HttpHeader::getValue)
                    .findFirst()
                    .orElseThrow();
            URI signed = PresignedUrl.sign(host, target.credentials(), Clock.systemUTC());
            request.setEncodedPath(signed.getRawPath() + "?" + signed.getRawQuery());
        }
        handshake.complete(request);
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
    public void publish(int place, String topic, byte[] payload, Answer answer) {
        clients.get(place % clients.size())
                .publish(new PublishPacketBuilder()
                        .withTopic(topic)
                        .withQOS(QOS.AT_LEAST_ONCE)
                        .withPayload(payload)
                        .build())
                .whenComplete((result, failure) -> answer.settled(failure == null ? refusal(result) : failure));
    }

    private static Throwable refusal(PublishResult result) {
        PubAckReasonCode reason = result.getResultPubAck().getReasonCode();
        return reason.getValue() < 0x80 ? null : new IllegalStateException("reason code " + reason);
    }

    @Override
    public void close() {
        clients.forEach(client -> {
            client.stop(null);
            client.close();
        });
    }

    private record Events(CompletableFuture<Void> connected) implements LifecycleEvents {
        @Override
        public void onAttemptingConnect(Mqtt5Client client, OnAttemptingConnectReturn attempt) {}

        @Override
        public void onConnectionSuccess(Mqtt5Client client, OnConnectionSuccessReturn success) {
            connected.complete(null);
        }

        @Override
        public void onConnectionFailure(Mqtt5Client client, OnConnectionFailureReturn failure) {
            connected.completeExceptionally(new IllegalStateException("error code " + failure.getErrorCode()));
        }

        @Override
        public void onDisconnection(Mqtt5Client client, OnDisconnectionReturn disconnection) {}

        @Override
        public void onStopped(Mqtt5Client client, OnStoppedReturn stopped) {}
    }
}
