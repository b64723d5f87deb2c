package io.github.kinesisiot.iot;

import io.github.kinesisiot.config.IotResources;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.ToIntFunction;
import org.apache.camel.Endpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Camel's paho-mqtt5 with another producer: asynchronous, over a pool of connections, and done with a message only when its PUBACK says
 * so. Camel's options, headers and consumer stay as documented.
 *
 * <p>Owns the pools: endpoints whose connections are made from equal settings share one, so that their client ids do not clash.
 */
@Component("paho-mqtt5")
public final class IotMqttComponent extends PahoMqtt5Component {

    private final Map<PoolKey, SharedPool> pools = new HashMap<>();
    private final TlsSockets tlsSockets = new TlsSockets();
    private final String generatedClientId = "camel-paho-" + UUID.randomUUID();
    private volatile PublishMeters meters;
    private volatile String clientIdSuffix = "";
    private volatile IotResources resources = IotResources.OF_ANY_TOPIC;

    private record PoolKey(List<BrokerAddress> addresses, String clientId) {}

    private static final class SharedPool {
        private final PoolSettings settings;
        private final Pool pool;
        private int users;

        private SharedPool(PoolSettings settings, Pool pool) {
            this.settings = settings;
            this.pool = pool;
        }
    }

    /** How the connections of all endpoints are. */
    public SinkStatus status() {
        synchronized (pools) {
            return pools.values().stream()
                    .map(shared -> shared.pool.status())
                    .reduce(SinkStatus::and)
                    .orElse(new SinkStatus(0, 0, 0, false, Optional.empty()));
        }
    }

    /** What the connections of all endpoints do. Cheap enough for somebody who looks every second. */
    public SinkDetail detail() {
        PublishMeters counted = meters;
        var totals = new SinkDetail(
                counted == null ? 0 : counted.count("ok"),
                counted == null ? 0 : counted.count("refused"),
                counted == null ? 0 : counted.count("failed"),
                sum(Pool::inFlight),
                sum(Pool::queued),
                List.of());
        synchronized (pools) {
            return totals.withConnections(pools.values().stream()
                    .flatMap(shared -> shared.pool.details().stream())
                    .toList());
        }
    }

    /** Publishes that all endpoints together have seen acknowledged with success. Cheap. */
    public long delivered() {
        PublishMeters counted = meters;
        return counted == null ? 0 : counted.delivered();
    }

    /** How long the timer of a pool has done nothing at most; more than a moment means that nothing looks after its connections any more. */
    public Duration silence() {
        synchronized (pools) {
            return pools.values().stream()
                    .map(shared -> shared.pool.silence())
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        PahoMqtt5Configuration configuration = getConfiguration().copy();
        boolean qosGiven = parameters.containsKey("qos") || configuration.getQos() != PahoMqtt5Constants.DEFAULT_QOS;
        IotMqttEndpoint endpoint = new IotMqttEndpoint(uri, remaining, this, configuration);
        endpoint.setClient(getClient());
        endpoint.setCredentialsProvider(
                resolveAndRemoveReferenceParameter(parameters, "credentialsProvider", AwsCredentialsProvider.class));
        endpoint.setSigningRegion(getAndRemoveParameter(parameters, "signingRegion", String.class));
        endpoint.setConnections(getAndRemoveParameter(parameters, "connections", Integer.class));
        endpoint.setQuotas(
                Quotas.of(name -> getAndRemoveParameter(parameters, name, Integer.class), endpoint.isSigned()));
        endpoint.setMessageProperties(messageProperties(parameters));
        endpoint.setMaxQueued(getAndRemoveParameter(parameters, "maxQueued", Integer.class));
        endpoint.setCaFile(getAndRemoveParameter(parameters, "caFile", String.class));
        String publishTimeout = getAndRemoveParameter(parameters, "publishTimeout", String.class);
        if (publishTimeout != null) {
            endpoint.setPublishTimeout(CamelContextHelper.parseDuration(getCamelContext(), publishTimeout));
        }
        boolean backoffGiven = parameters.containsKey("maxReconnectDelay");
        setProperties(endpoint, parameters);
        if (!qosGiven && endpoint.isSigned()) {
            configuration.setQos(1); // Camel's default is 2, which AWS IoT Core does not have
        }
        if (configuration.getClientId() != null) {
            configuration.setClientId(configuration.getClientId() + clientIdSuffix);
        }
        if (!backoffGiven) {
            endpoint.useShortBackoff();
        }
        return endpoint;
    }

    private MessageProperties messageProperties(Map<String, Object> parameters) {
        try {
            return new MessageProperties(
                    getAndRemoveParameter(parameters, "contentType", String.class),
                    MessageProperties.format(getAndRemoveParameter(parameters, "payloadFormat", String.class)),
                    MessageProperties.expiry(getAndRemoveParameter(parameters, "messageExpiry", String.class)),
                    RecordProperty.parse(getAndRemoveParameter(parameters, "userProperties", String.class)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "paho-mqtt5: payloadFormat, messageExpiry or userProperties: " + e.getMessage(), e);
        }
    }

    TlsSockets tlsSockets() {
        return tlsSockets;
    }

    /** What the client id of each endpoint made from now on ends with, wherever it comes from: a second process beside a bridge with the same routes. */
    public void setClientIdSuffix(String suffix) {
        clientIdSuffix = suffix;
    }

    /** What refusals name as the thing to be allowed, for each endpoint made from now on. */
    public void setResources(IotResources named) {
        resources = named;
    }

    IotResources resources() {
        return resources;
    }

    /** For endpoints without a clientId of their own. */
    String generatedClientId() {
        return generatedClientId;
    }

    Pool acquire(PoolSettings settings) {
        PoolKey key =
                new PoolKey(settings.broker().addresses(), settings.broker().clientId());
        synchronized (pools) {
            SharedPool shared = pools.get(key);
            if (shared == null) {
                shared = new SharedPool(settings, createPool(settings));
                pools.put(key, shared);
                shared.pool.start();
            } else if (!shared.settings.equals(settings)) {
                throw new IllegalArgumentException(
                        "clientId: another paho-mqtt5 endpoint uses '" + key.clientId()
                                + "' at the same broker with other options; give one of them another clientId, or both the same options");
            }
            shared.users++;
            return shared.pool;
        }
    }

    void release(Pool pool) {
        synchronized (pools) {
            SharedPool shared = pools.values().stream()
                    .filter(s -> s.pool == pool)
                    .findFirst()
                    .orElseThrow();
            if (--shared.users > 0) {
                return;
            }
            pools.values().remove(shared);
        }
        pool.close();
    }

    private Pool createPool(PoolSettings settings) {
        Pool.Environment environment =
                new Pool.Environment(Clock.systemUTC(), System::nanoTime, new SplittableRandom());
        return new Pool(settings, PoolThreads.create("iot-" + settings.broker().clientId()), meters(), environment);
    }

    private PublishMeters meters() {
        if (meters == null) {
            MeterRegistry registry = getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
            meters = new PublishMeters(registry == null ? new SimpleMeterRegistry() : registry);
            meters.gauge(
                    "bridge.publishes.in.flight",
                    "Publishes sent and not yet acknowledged",
                    this,
                    c -> c.sum(Pool::inFlight));
            meters.gauge(
                    "bridge.publishes.queued", "Publishes that wait for a connection", this, c -> c.sum(Pool::queued));
            meters.quotas(() -> quotaUse(QuotaUse::and), () -> quotaUse(QuotaUse::orFuller));
            meters.gauge("bridge.connections.up", "Connections that take publishes", this, c -> c.status()
                    .up());
            meters.gauge("bridge.connections.wanted", "Connections there should be", this, c -> c.status()
                    .wanted());
        }
        return meters;
    }

    private QuotaUse quotaUse(BinaryOperator<QuotaUse> together) {
        synchronized (pools) {
            return pools.values().stream()
                    .map(shared -> shared.pool.quotaUse(together))
                    .reduce(together)
                    .orElse(QuotaUse.NONE);
        }
    }

    private int sum(ToIntFunction<Pool> figure) {
        synchronized (pools) {
            return pools.values().stream()
                    .mapToInt(shared -> figure.applyAsInt(shared.pool))
                    .sum();
        }
    }
}
