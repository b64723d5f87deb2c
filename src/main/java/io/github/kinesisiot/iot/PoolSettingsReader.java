package io.github.kinesisiot.iot;

import io.github.kinesisiot.config.EndpointRegion;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.github.kinesisiot.iot.websocket.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;

/** Makes a pool's settings of an endpoint's options, or names every option that is wrong. */
final class PoolSettingsReader {

    // Paho takes a larger receive maximum for a negative number.
    private static final int MOST_IN_FLIGHT = 32_767;
    private static final int MOST_ALIASES = 10_000;
    private static final Duration STABLE_AFTER = Duration.ofSeconds(30);
    private static final Duration FIRST_ALONE = Duration.ofSeconds(1);
    private static final Duration MAX_AGE = Duration.ofHours(23);

    private final IotMqttEndpoint endpoint;
    private final PahoMqtt5Configuration options;
    private final List<String> problems = new ArrayList<>();

    private PoolSettingsReader(IotMqttEndpoint endpoint) {
        this.endpoint = endpoint;
        this.options = endpoint.getConfiguration();
    }

    static PoolSettings read(IotMqttEndpoint endpoint) {
        PoolSettingsReader reader = new PoolSettingsReader(endpoint);
        PoolSettings settings = reader.settings();
        if (!reader.problems.isEmpty()) {
            throw new IllegalArgumentException("paho-mqtt5: " + String.join("; ", reader.problems));
        }
        return settings;
    }

    private PoolSettings settings() {
        List<BrokerAddress> addresses = addresses();
        Quotas quotas = endpoint.quotas();
        PoolSettings.Limits limits = new PoolSettings.Limits(
                endpoint.connections(),
                quotas.publishRate(),
                quotas.bytesPerSecond(),
                quotas.maxInFlight(),
                endpoint.maxQueued(),
                quotas.topicAliases());
        check(limits.connections() >= 1 && limits.connections() <= 1000, "connections must be from 1 to 1000");
        check(limits.publishRate() >= 0, "publishRate must not be negative; 0 means no limit");
        check(limits.bytesPerSecond() >= 0, "bytesPerSecond must not be negative; 0 means no limit");
        check(
                limits.maxInFlight() >= 1 && limits.maxInFlight() <= MOST_IN_FLIGHT,
                "maxInFlight must be from 1 to " + MOST_IN_FLIGHT);
        check(
                limits.topicAliases() >= 0 && limits.topicAliases() <= MOST_ALIASES,
                "topicAliases must be from 0 to " + MOST_ALIASES);
        check(
                quotas.maxPayload() >= 1 && quotas.maxPayload() <= Quotas.MQTT.maxPayload(),
                "maxPayload must be from 1 to " + Quotas.MQTT.maxPayload());
        check(
                quotas.maxTopicBytes() >= 1 && quotas.maxTopicBytes() <= Quotas.MQTT_STRING,
                "maxTopicBytes must be from 1 to 65535");
        check(quotas.maxTopicLevels() >= 1, "maxTopicLevels must be 1 at least");
        check(
                quotas.maxClientIdBytes() >= 1 && quotas.maxClientIdBytes() <= Quotas.MQTT_STRING,
                "maxClientIdBytes must be from 1 to 65535");
        check(limits.maxQueued() >= 1, "maxQueued must be 1 at least");
        check(options.getQos() >= 0 && options.getQos() <= 2, "qos must be 0, 1 or 2");
        check(!endpoint.isSigned() || options.getQos() < 2, "qos=2 is not possible with AWS IoT Core: use 1");
        PoolSettings settings = new PoolSettings(broker(addresses), signing(addresses), login(), limits, timings());
        checkClientId(settings);
        return settings;
    }

    private List<BrokerAddress> addresses() {
        String urls = options.getServerURIs() == null ? options.getBrokerUrl() : options.getServerURIs();
        List<BrokerAddress> addresses = new ArrayList<>();
        for (String url : urls.split(",")) {
            try {
                addresses.add(BrokerAddress.parse(url));
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        if (endpoint.isSigned()) {
            check(
                    addresses.stream().allMatch(BrokerAddress::isWebSocket),
                    "credentialsProvider signs the WebSocket upgrade: brokerUrl must be wss://…/mqtt");
        }
        return addresses;
    }

    private PoolSettings.Broker broker(List<BrokerAddress> addresses) {
        String clientId =
                options.getClientId() == null ? endpoint.getComponent().generatedClientId() : options.getClientId();
        TlsSettings tls = null;
        boolean needsTls = addresses.stream().anyMatch(BrokerAddress::isTls);
        check(
                needsTls || endpoint.caFile() == null,
                "caFile is of no use without TLS: brokerUrl must be wss:// or ssl://");
        if (needsTls) {
            try {
                tls = endpoint.getComponent().tlsSockets().settings(endpoint.caFile(), options);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        SocketFactory given = options.getSocketFactory();
        SocketFactory plain = given == null || given instanceof SSLSocketFactory ? SocketFactory.getDefault() : given;
        return new PoolSettings.Broker(addresses, clientId, plain, tls);
    }

    private Optional<PoolSettings.Signing> signing(List<BrokerAddress> addresses) {
        if (!endpoint.isSigned()) {
            check(endpoint.signingRegion() == null, "signingRegion is of no use without credentialsProvider");
            return Optional.empty();
        }
        String region = endpoint.signingRegion();
        if (region == null) {
            List<String> regions = addresses.stream()
                    .flatMap(a -> EndpointRegion.of(a.host()).stream())
                    .distinct()
                    .toList();
            check(
                    regions.size() == 1,
                    "signingRegion: the host name of brokerUrl does not tell the region to sign for; set signingRegion, e.g. eu-west-1");
            region = regions.isEmpty() ? "" : regions.get(0);
        }
        return Optional.of(new PoolSettings.Signing(
                endpoint.credentialsProvider(), region, endpoint.getComponent().resources()));
    }

    private PoolSettings.Login login() {
        PoolSettings.Will will = options.getWillTopic() == null || options.getWillPayload() == null
                ? null
                : new PoolSettings.Will(
                        options.getWillTopic(),
                        options.getWillPayload(),
                        options.getWillQos(),
                        options.isWillRetained(),
                        options.getWillMqttProperties());
        Map<String, String> headers = options.getCustomWebSocketHeaders();
        check(
                options.getReceiveMaximum() >= 1 && options.getReceiveMaximum() <= 65_535,
                "receiveMaximum must be from 1 to 65535");
        check(
                options.getKeepAliveInterval() >= 0 && options.getKeepAliveInterval() <= 65_535,
                "keepAliveInterval must be from 0 to 65535 s");
        return new PoolSettings.Login(
                options.getUserName(),
                options.getPassword(),
                options.getKeepAliveInterval(),
                options.getReceiveMaximum(),
                will,
                headers == null ? Map.of() : Map.copyOf(headers));
    }

    private PoolSettings.Timings timings() {
        Duration publish = endpoint.publishTimeout();
        check(publish.toMillis() >= 100, "publishTimeout must be 100 ms at least");
        check(options.getConnectionTimeout() > 0, "connectionTimeout must be 1 s at least: 0 would wait for ever");
        check(options.getMaxReconnectDelay() > 0, "maxReconnectDelay must be 1 ms at least");
        return new PoolSettings.Timings(
                publish,
                Duration.ofSeconds(options.getConnectionTimeout()),
                Duration.ofMillis(options.getMaxReconnectDelay()),
                STABLE_AFTER,
                MAX_AGE,
                FIRST_ALONE);
    }

    private void checkClientId(PoolSettings settings) {
        String longest = ClientIds.of(settings, Math.max(0, settings.limits().connections() - 1)).stream()
                .reduce("", (a, b) -> a.length() > b.length() ? a : b);
        int most = endpoint.quotas().maxClientIdBytes();
        int bytes = longest.getBytes(StandardCharsets.UTF_8).length;
        check(
                bytes <= most,
                "clientId is too long: '%s' has %d bytes, the broker takes %d".formatted(longest, bytes, most));
        check(!longest.isEmpty() && !longest.startsWith("-"), "clientId must not be empty");
        check(!endpoint.isSigned() || !longest.startsWith("$"), "clientId must not begin with '$'");
    }

    private void check(boolean condition, String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }
}
