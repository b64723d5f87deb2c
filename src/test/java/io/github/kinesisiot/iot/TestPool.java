package io.github.kinesisiot.iot;

import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A pool without Camel, on short timings. */
final class TestPool implements AutoCloseable {

    final Pool pool;
    final MeterRegistry registry = new SimpleMeterRegistry();

    /** How one publish went. */
    static final class Result {
        final CompletableFuture<Optional<PublishException>> outcome = new CompletableFuture<>();
        final AtomicInteger times = new AtomicInteger();

        PublishException failure() {
            return outcome.copy().orTimeout(2, TimeUnit.MINUTES).join().orElse(null);
        }
    }

    /** Which of the settings a test wants otherwise. */
    static final class Settings {
        String clientId = "test";
        int connections = 1;
        int publishRate;
        int bytesPerSecond;
        int maxInFlight = 100;
        int topicAliases = 64;
        int maxQueued = 1000;
        Duration publish = Duration.ofSeconds(30);
        Duration connect = Duration.ofSeconds(15);
        Duration firstAlone = Duration.ofMillis(100);
        Duration maxAge = Duration.ofHours(23);
        Duration maxBackoff = Duration.ofMillis(200);
        Optional<PoolSettings.Signing> signing = Optional.empty();
        int keepAlive = 60;

        PoolSettings of(String... urls) {
            return new PoolSettings(
                    new PoolSettings.Broker(
                            Arrays.stream(urls).map(BrokerAddress::parse).toList(),
                            clientId,
                            SocketFactory.getDefault(),
                            null),
                    signing,
                    new PoolSettings.Login(null, null, keepAlive, 65_535, null, Map.of()),
                    new PoolSettings.Limits(
                            connections, publishRate, bytesPerSecond, maxInFlight, maxQueued, topicAliases),
                    new PoolSettings.Timings(publish, connect, maxBackoff, Duration.ofSeconds(30), maxAge, firstAlone));
        }
    }

    TestPool(PoolSettings settings) {
        this(settings, Clock.systemUTC(), System::nanoTime);
    }

    TestPool(PoolSettings settings, Clock clock, LongSupplier nanos) {
        pool = new Pool(
                settings,
                PoolThreads.create("test"),
                new PublishMeters(registry),
                new Pool.Environment(clock, nanos, new SplittableRandom(1)));
        pool.start();
    }

    Result publish(String text) {
        return publish("topic", text);
    }

    Result publish(String topic, String text) {
        MqttMessage content = new MqttMessage(text.getBytes(StandardCharsets.UTF_8), 1, false, new MqttProperties());
        Result result = new Result();
        pool.publish(Message.checked(MessageRules.of(Quotas.MQTT, false), topic, content), (publish, failure) -> {
            result.times.incrementAndGet();
            result.outcome.complete(Optional.ofNullable(failure));
        });
        return result;
    }

    List<Result> publishAll(int count) {
        return IntStream.range(0, count).mapToObj(i -> publish("message " + i)).toList();
    }

    @Override
    public void close() {
        pool.close();
    }
}
