package io.github.kinesisiot.iot;

import io.github.kinesisiot.config.IotResources;
import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.github.kinesisiot.iot.websocket.HandshakeRefusedException;
import io.github.kinesisiot.iot.websocket.TlsProbe;
import io.github.kinesisiot.iot.websocket.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * The way to AWS IoT Core, taken once and one step at a time: name, TCP and TLS, then one connection and one publish, exactly as the pool
 * makes them. Never reconnects. Each method blocks for the time-out at most, except for the name, which nobody can limit.
 *
 * <p>For one thread at a time.
 */
public final class EndpointProbe implements AutoCloseable {

    /**
     * @param endpoint host or host:port
     * @param region to sign for; empty to take it from the host's name
     * @param clientId prefix of the client ids, as policies have it
     * @param suffix what makes the probe's own client id of it
     * @param resources what refusals name
     */
    public record Target(
            String endpoint,
            Optional<String> region,
            String clientId,
            String suffix,
            Optional<String> caFile,
            IotResources resources) {}

    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Target target;
    private final Duration timeout;
    private final Clock clock;
    private final LongSupplier nanos;
    private final IotMqttComponent component = new IotMqttComponent();
    private final PoolThreads threads = PoolThreads.create("check");
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private Connection connection;

    public EndpointProbe(Target target, Duration timeout, Clock clock, LongSupplier nanos) {
        PahoLog.quiet();
        this.target = target;
        component.setResources(target.resources());
        this.timeout = timeout;
        this.clock = clock;
        this.nanos = nanos;
    }

    public String clientId() {
        return target.clientId() + target.suffix();
    }

    /** What the endpoint's name stands for; where a proxy looks it up, that proxy. */
    public List<String> name() throws ProbeException {
        ConnectionAttempt attempt = attempt(null);
        try {
            Optional<String> proxy = new TlsProbe(options(attempt)).proxy();
            if (proxy.isPresent()) {
                return List.of("looked up by the proxy " + proxy.get());
            }
            return Arrays.stream(InetAddress.getAllByName(attempt.address().host()))
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (UnknownHostException e) {
            throw fault(e, attempt, Optional.empty());
        }
    }

    public TlsProbe.Peer handshake() throws ProbeException {
        ConnectionAttempt attempt = attempt(null);
        var tls = new TlsProbe(options(attempt));
        try {
            return tls.handshake();
        } catch (IOException e) {
            throw fault(e, attempt, ConnectFault.of(e, attempt).code().equals("TLS") ? tls.shown() : Optional.empty());
        }
    }

    /** Signs, upgrades and sends CONNECT; the connection stays until {@link #close()}. */
    public void connect(AssumedSession session) throws ProbeException, InterruptedException {
        ConnectionAttempt attempt = attempt(session);
        var outcome = new CompletableFuture<Void>();
        connection = new Connection(attempt, threads, nanos, new Outcome(outcome, ended));
        connection.open(clock);
        try {
            outcome.get();
        } catch (ExecutionException e) {
            throw fault(e.getCause(), attempt, Optional.empty());
        }
    }

    /**
     * With QoS 1, on the connection made before.
     *
     * @throws PublishException when the PUBACK is not one of success, or does not come
     */
    public void publish(String topic, byte[] payload) throws InterruptedException {
        Message message = message(topic, payload);
        var settled = new CompletableFuture<PublishException>();
        long now = nanos.getAsLong();
        var publish = new Publish(message, now, (one, failure) -> settled.complete(failure));
        if (!connection.reserve(now, publish)) {
            throw new PublishFailedException("CONNECTION_LOST", "the connection ended before the publish", null);
        }
        var overdue = threads.after(timeout.toMillis() + 50, () -> connection.expire(nanos.getAsLong()));
        connection.send(publish, now);
        PublishException failure = settled.join();
        overdue.cancel(false);
        if (failure != null) {
            throw failure;
        }
    }

    /** @throws PublishRefusedException when no message may have this topic */
    public static void checkTopic(String topic) {
        message(topic, new byte[0]);
    }

    private static Message message(String topic, byte[] payload) {
        return Message.checked(MessageRules.of(Quotas.AWS_IOT, true), topic, new MqttMessage(payload, 1, false, null));
    }

    /** Takes leave of the broker, if it is still there. */
    @Override
    public void close() {
        if (connection != null) {
            connection.drain();
            try {
                ended.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // The broker notices the end of the connection by itself.
            }
        }
        threads.shutdown();
    }

    /** With the settings that the route's endpoint would come to. */
    private ConnectionAttempt attempt(AssumedSession session) throws ProbeException {
        var options = new PahoMqtt5Configuration();
        options.setBrokerUrl("wss://" + target.endpoint() + "/mqtt");
        options.setClientId(target.clientId());
        options.setQos(1);
        options.setConnectionTimeout(Math.max(1, (int) timeout.toSeconds()));
        var endpoint = new IotMqttEndpoint("paho-mqtt5:check", "check", component, options);
        endpoint.setConnections(1);
        endpoint.setPublishTimeout(timeout);
        endpoint.setCaFile(target.caFile().orElse(null));
        if (session != null) {
            endpoint.setCredentialsProvider(StaticCredentialsProvider.create(session.credentials()));
            endpoint.setQuotas(Quotas.AWS_IOT);
            endpoint.setSigningRegion(target.region().orElse(null));
        }
        try {
            PoolSettings settings = PoolSettingsReader.read(endpoint);
            BrokerAddress address = settings.broker().addresses().get(0);
            return new ConnectionAttempt(settings, address, clientId(), session);
        } catch (IllegalArgumentException e) {
            throw new ProbeException("SETTINGS", e.getMessage(), Optional.empty(), Optional.empty());
        }
    }

    private TransportOptions options(ConnectionAttempt attempt) {
        return attempt.options(clock);
    }

    private static ProbeException fault(Throwable cause, ConnectionAttempt attempt, Optional<TlsProbe.Peer> shown) {
        ConnectFault fault = ConnectFault.of(cause, attempt);
        Optional<Duration> difference = Optional.empty();
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof HandshakeRefusedException refused) {
                difference = refused.clockDifference();
            }
        }
        return new ProbeException(fault.code(), fault.sentence(), difference, shown);
    }

    private record Outcome(CompletableFuture<Void> up, CompletableFuture<Void> end) implements Connection.Listener {

        @Override
        public void up(Connection connection) {
            up.complete(null);
        }

        @Override
        public void failed(Connection connection, Throwable cause) {
            end.complete(null);
            up.completeExceptionally(cause);
        }

        @Override
        public void ended(Connection connection, Throwable cause) {
            end.complete(null);
        }

        @Override
        public void released(Connection connection) {
            // One publish needs no second place.
        }

        @Override
        public void overdue(Connection connection) {
            // The publish has failed with it.
        }

        @Override
        public void culpritInFlight() {
            // There is one publish only, so nobody has to look for it.
        }

        @Override
        public boolean oneByOne() {
            return false;
        }
    }
}
