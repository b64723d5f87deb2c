package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

/** Many sessions, one pool. */
class PoolRenewalTest {

    private static final int SESSIONS = 50;
    private static final int CONNECTIONS = 3;

    private final AtomicLong nanos = new AtomicLong();
    private final TestSessions sessions = TestSessions.invented();
    private final TestPool.Settings settings = new TestPool.Settings();

    // A connection, thread or listener that stays behind at each renewal is a process that dies after weeks.
    @Test
    void fiftySessionsLeaveNothingBehind() throws Exception {
        settings.connections = CONNECTIONS;
        settings.signing = Optional.of(new PoolSettings.Signing(sessions, "eu-west-1"));
        try (ScriptedBroker broker = new ScriptedBroker(ScriptedBroker.wellBehaved())) {
            sessions.begin();
            // By this clock each session is about to end, so that the connections move without a pause between them.
            TestPool pool = new TestPool(
                    settings.of(broker.url()), Clock.offset(Clock.systemUTC(), Duration.ofHours(1)), nanos::get);
            List<TestPool.Result> results = new ArrayList<>();
            long threads = 0;
            for (int session = 1; session <= SESSIONS; session++) {
                int wanted = session * CONNECTIONS;
                results.addAll(pool.publishAll(5));
                await().pollInterval(Duration.ofMillis(2))
                        .until(() -> broker.clientIds.size() == wanted
                                && pool.pool.status().up() == CONNECTIONS
                                && pool.pool.status().draining() == 0);
                if (session == SESSIONS / 5) {
                    threads = threads();
                }
                nanos.addAndGet(Duration.ofSeconds(2).toNanos()); // no CONNECT has to wait for its second
                if (session < SESSIONS) {
                    sessions.begin();
                }
            }
            assertThat(results)
                    .allSatisfy(result -> assertThat(result.failure()).isNull());
            await().until(() -> broker.open() == CONNECTIONS);
            assertThat(broker.clientIds).hasSize(SESSIONS * CONNECTIONS);
            assertThat(pool.registry
                            .counter("bridge.connects", "result", "failed")
                            .count())
                    .isZero();
            assertThat(pool.registry
                            .counter("bridge.publishes", "result", "failed")
                            .count())
                    .isZero();
            long before = threads;
            await().untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(before + 5));
            assertThat(sessions.followers()).isOne();
            pool.close();
            assertThat(sessions.followers())
                    .as("a closed pool follows no sessions")
                    .isZero();
            await().until(() -> broker.open() == 0);
        }
    }

    // AWS takes one CONNECT a second of each client id. An attempt that was slow until its CONNECT must not be followed
    // by a quick one.
    @Test
    void aSecondPassesBetweenTwoConnectsOfOneClientId() throws Exception {
        List<Long> connects = new ArrayList<>();
        try (ScriptedBroker broker = new ScriptedBroker(peer -> {
            String upgrade = peer.upgradeRequest();
            if (peer.number == 1) {
                await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            }
            peer.switchProtocols(upgrade);
            peer.packet();
            synchronized (connects) {
                connects.add(System.nanoTime());
            }
            peer.send(new MqttConnAck(false, 0x97, new MqttProperties()));
            peer.silence();
        })) {
            try (TestPool pool = new TestPool(settings.of(broker.url()))) {
                await().until(() -> {
                    synchronized (connects) {
                        return connects.size() >= 3;
                    }
                });
                assertThat(pool.pool.status().lastProblem().orElseThrow()).contains("0x97");
            }
            for (int i = 1; i < 3; i++) {
                assertThat(Duration.ofNanos(connects.get(i) - connects.get(i - 1)))
                        .isGreaterThan(Duration.ofMillis(980));
            }
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("MQTT ") || thread.getName().startsWith("test-"))
                .count();
    }
}
