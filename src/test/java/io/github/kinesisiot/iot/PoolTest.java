package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttDisconnect;
import org.eclipse.paho.mqttv5.common.packet.MqttPingReq;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The pool against a broker that misbehaves in every way seen or documented. */
@Execution(ExecutionMode.CONCURRENT)
class PoolTest {

    private final TestPool.Settings settings = new TestPool.Settings();
    private ScriptedBroker broker;
    private TestPool pool;

    @AfterEach
    void stop() throws Exception {
        if (pool != null) {
            pool.close();
        }
        broker.close();
        assertThat(broker.scriptFailures).isEmpty();
    }

    private void start(ScriptedBroker.Script script) throws Exception {
        broker = new ScriptedBroker(script);
        pool = new TestPool(settings.of(broker.url()));
    }

    private static String code(TestPool.Result result) {
        return result.failure().reasonCode();
    }

    /** Whatever else is broken: the plain case. */
    @Test
    void aPublishIsDeliveredWhenItsPubackSaysSuccess() throws Exception {
        start(ScriptedBroker.wellBehaved());
        assertThat(pool.publish("hello").failure()).isNull();
        assertThat(pool.pool.status()).isEqualTo(new SinkStatus(1, 1, 0, true, Optional.empty()));
        assertThat(broker.clientIds).containsExactly("test");
        assertThat(pool.registry.counter("bridge.publishes", "result", "ok").count())
                .isOne();
        assertThat(pool.registry.counter("bridge.connects", "result", "ok").count())
                .isOne();
    }

    /** Paho completes a token without exception whatever the PUBACK says: a refused message would count as delivered. */
    @Test
    void aPubackWithAFailureCodeIsAFailure() throws Exception {
        start(peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            for (int code : new int[] {0x87, 0x97, 0x10, 0x99, 0x80, 0x00}) {
                peer.acknowledge(peer.publish(), code);
            }
            peer.silence();
        });
        TestPool.Result denied = pool.publish("denied");
        assertThat(denied.failure()).isInstanceOf(PublishFailedException.class).hasMessageContaining("'topic'");
        assertThat(code(denied)).isEqualTo("NOT_AUTHORIZED");
        assertThat(pool.pool.status().publishing()).isFalse();
        assertThat(code(pool.publish("over quota"))).isEqualTo("QUOTA_EXCEEDED");
        assertThat(pool.publish("nobody listens").failure()).isNull();
        TestPool.Result malformed = pool.publish("malformed");
        assertThat(malformed.failure()).isInstanceOf(PublishRefusedException.class);
        assertThat(code(malformed)).isEqualTo("PAYLOAD_FORMAT_INVALID");
        assertThat(code(pool.publish("no reason"))).isEqualTo("UNSPECIFIED_ERROR");
        assertThat(pool.publish("fine").failure()).isNull();
        assertThat(pool.pool.status().publishing()).isTrue();
    }

    /** Paho hides the status and the date of a refused upgrade; without them nobody finds a wrong clock. */
    @Test
    void aRefusedUpgradeTellsStatusErrorTypeAndClock() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(10));
        TestSessions sessions = TestSessions.invented();
        sessions.begin();
        settings.signing = Optional.of(new PoolSettings.Signing(sessions, "eu-west-1"));
        start(peer -> {
            String request = peer.upgradeRequest();
            assertThat(request).contains("X-Amz-Security-Token=token", "Sec-WebSocket-Protocol: mqtt");
            peer.raw(
                    "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\nx-amzn-ErrorType: ForbiddenException:\r\n"
                            + "x-amzn-RequestId: 1234\r\ndate: " + date + "\r\ncontent-length: 0\r\n\r\n");
        });
        await().until(() -> pool.pool.status().lastProblem().isPresent());
        assertThat(pool.pool.status().lastProblem().orElseThrow())
                .contains("HTTP 403 ForbiddenException", "request id 1234", "s behind the broker's", "set the clock")
                .doesNotContain("X-Amz", "token=");
        await().until(() -> sessions.refused.size() > 1);
        assertThat(pool.registry.counter("bridge.connects", "result", "failed").count())
                .isPositive();
    }

    /** Paho waits one second for the answer to the upgrade, whatever its connection time-out says. */
    @Test
    void anUpgradeMayBeAnsweredAfterMoreThanASecond() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        start(peer -> {
            String request = peer.upgradeRequest();
            assertThat(later.await(1300, TimeUnit.MILLISECONDS)).isFalse();
            peer.switchProtocols(request);
            peer.acceptConnect(new MqttProperties());
            peer.acknowledge(peer.publish(), 0);
            peer.silence();
        });
        assertThat(pool.publish("late").failure()).isNull();
        assertThat(broker.connections()).isOne();
    }

    /** Paho's connect never ends when no CONNACK comes. */
    @Test
    void silenceAfterTheUpgradeEndsTheAttemptAndTheNextOneSucceeds() throws Exception {
        settings.connect = Duration.ofSeconds(1);
        settings.publish = Duration.ofSeconds(20);
        start(peer -> {
            if (peer.number == 1) {
                peer.acceptUpgrade();
                peer.silence();
            } else if (peer.number == 2) {
                peer.silence(); // not even an answer to the upgrade
            } else {
                ScriptedBroker.wellBehaved().serve(peer);
            }
        });
        assertThat(pool.publish("patient").failure()).isNull();
        assertThat(broker.connections()).isEqualTo(3);
    }

    /** A broker that accepts and resets made Paho lose a thread with every attempt. */
    @Test
    void aBrokerThatResetsEveryConnectionCostsNoThreads() throws Exception {
        // Those of other tests are nobody's business here.
        settings.clientId = "of-this-test";
        start(peer -> {
            if (peer.number % 2 == 0) {
                peer.acceptUpgrade();
            }
            peer.cut();
        });
        await().until(() -> broker.connections() >= 4);
        int attempts = broker.connections();
        await().until(() -> broker.connections() >= attempts + 4);
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(t ->
                                t.getName().startsWith("MQTT ") && t.getName().contains(settings.clientId))
                        .count())
                .isLessThanOrEqualTo(4));
        broker.script(ScriptedBroker.wellBehaved());
        assertThat(pool.publish("at last").failure()).isNull();
    }

    /** In flight when the broker says goodbye: failed at once with its reason, and once only. */
    @Test
    void aServerDisconnectFailsWhatIsInFlightWithItsReason() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        start(peer -> {
            if (peer.number > 1) {
                seen.await(); // until then the problem stands
                ScriptedBroker.wellBehaved().serve(peer);
            }
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            for (int i = 0; i < 3; i++) {
                peer.publish();
            }
            peer.disconnect(0x8E);
            peer.silence();
        });
        List<TestPool.Result> results = pool.publishAll(3);
        for (TestPool.Result result : results) {
            assertThat(code(result)).isEqualTo("CONNECTION_LOST");
            assertThat(result.failure()).hasMessageContaining("0x8E, session taken over");
        }
        await().until(() -> pool.pool.status().lastProblem().orElse("").contains("clientId of its own"));
        seen.countDown();
        assertThat(pool.publish("after").failure()).isNull();
        assertThat(results).allSatisfy(r -> assertThat(r.times).hasValue(1));
    }

    /** A window of a hundred, cut off: each settles once, none is forgotten. */
    @Test
    void aCutSocketSettlesAWholeWindowExactlyOnce() throws Exception {
        settings.connections = 2;
        settings.publish = Duration.ofSeconds(3); // the last connections may get too few to be cut
        start(peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            for (int i = 0; i < 60; i++) {
                MqttPublish publish = peer.publish();
                if (i % 3 == 0) {
                    peer.acknowledge(publish, 0);
                }
            }
            peer.cut();
        });
        List<TestPool.Result> results = pool.publishAll(300);
        await().until(() -> results.stream().allMatch(r -> r.outcome.isDone()));
        assertThat(results).allSatisfy(r -> assertThat(r.times).hasValue(1));
        assertThat(results.stream().filter(r -> r.failure() != null))
                .allSatisfy(r -> assertThat(code(r)).isIn("CONNECTION_LOST", "NOT_CONNECTED", "PUBACK_TIMEOUT"));
        await().until(() -> pool.pool.inFlight() == 0);
    }

    /** A broker that takes fewer at once disconnects who sends more. */
    @Test
    void neverMoreInFlightThanTheBrokersReceiveMaximum() throws Exception {
        AtomicInteger most = new AtomicInteger();
        start(peer -> {
            peer.acceptUpgrade();
            MqttProperties properties = new MqttProperties();
            properties.setReceiveMaximum(3);
            peer.acceptConnect(properties);
            for (int round = 0; round < 10; round++) {
                MqttPublish[] window = {peer.publish(), peer.publish(), peer.publish()};
                await().during(Duration.ofMillis(20)).until(() -> true);
                most.accumulateAndGet(pool.pool.inFlight(), Math::max);
                for (MqttPublish publish : window) {
                    peer.acknowledge(publish, 0);
                }
            }
            peer.silence();
        });
        List<TestPool.Result> results = pool.publishAll(30);
        assertThat(results).allSatisfy(r -> assertThat(r.failure()).isNull());
        assertThat(most).hasValue(3);
    }

    /** A PUBACK that never comes: the publish fails, its connection is replaced, a late PUBACK changes nothing. */
    @Test
    void aPublishWithoutPubackTimesOutAndTheConnectionIsReplaced() throws Exception {
        settings.publish = Duration.ofSeconds(1);
        start(peer -> {
            if (peer.number > 1) {
                ScriptedBroker.wellBehaved().serve(peer);
                return;
            }
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            MqttPublish unanswered = peer.publish();
            await().until(() -> broker.connections() == 2);
            peer.acknowledge(unanswered, 0);
            peer.silence();
        });
        await().until(() -> pool.pool.status().up() == 1);
        TestPool.Result result = pool.publish("unanswered");
        assertThat(code(result)).isEqualTo("PUBACK_TIMEOUT");
        await().until(() -> broker.clientIds.size() == 2 && pool.pool.status().draining() == 0);
        assertThat(broker.clientIds).containsExactly("test", "test-b");
        assertThat(pool.publish("again").failure()).isNull();
        assertThat(result.times).hasValue(1);
    }

    /** One connection that answers nothing must not hold what the others could carry. */
    @Test
    void oneDeadConnectionDoesNotHoldTheOthers() throws Exception {
        settings.connections = 3;
        settings.publish = Duration.ofMinutes(5);
        start(peer -> {
            if (peer.number == 2) {
                peer.acceptUpgrade();
                peer.acceptConnect(new MqttProperties());
                peer.silence();
            } else {
                ScriptedBroker.wellBehaved().serve(peer);
            }
        });
        await().until(() -> pool.pool.status().up() == 3);
        List<TestPool.Result> results = pool.publishAll(1000);
        await().until(() -> results.stream().filter(r -> r.outcome.isDone()).count() >= 900);
    }

    /** Ten handshakes at once in a cold JVM make the first records wait for the tenth. */
    @Test
    void theFirstConnectionComesUpBeforeTheOthersBegin() throws Exception {
        settings.connections = 10;
        settings.firstAlone = Duration.ofMinutes(5);
        AtomicInteger begunBefore = new AtomicInteger();
        start(peer -> {
            peer.acceptUpgrade();
            if (peer.number == 1) {
                begunBefore.set(broker.connections());
            }
            peer.acceptConnect(new MqttProperties());
            peer.silence();
        });
        await().until(() -> pool.pool.status().up() == 10);
        assertThat(begunBefore).hasValue(1);
    }

    /** One address that does not answer must not keep the whole pool down. */
    @Test
    void aFirstConnectionThatHangsOrIsRefusedDoesNotHoldTheOthers() throws Exception {
        settings.connections = 3;
        start(peer -> {
            if (peer.number == 1) {
                peer.silence();
            }
            ScriptedBroker.wellBehaved().serve(peer);
        });
        assertThat(pool.publish("hello").failure()).isNull();
        await().until(() -> pool.pool.status().up() == 2);
        stop();

        settings.firstAlone = Duration.ofMinutes(5);
        start(peer -> {
            if (peer.number == 1) {
                peer.raw("HTTP/1.1 503 Service Unavailable\r\n\r\n");
                return;
            }
            ScriptedBroker.wellBehaved().serve(peer);
        });
        await().until(() -> pool.pool.status().up() == 3);
    }

    /** Waiting for a connection is bounded in number and in time; the reason of the trouble is in the message. */
    @Test
    void withoutAConnectionPublishesFailAfterTheTimeoutAndTheQueueIsBounded() throws Exception {
        settings.publish = Duration.ofMillis(300);
        settings.maxQueued = 5;
        start(peer -> peer.raw("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
        await().until(() -> pool.pool.status().lastProblem().isPresent());
        List<TestPool.Result> results = pool.publishAll(7);
        assertThat(results.subList(5, 7)).allSatisfy(r -> assertThat(code(r)).isEqualTo("QUEUE_FULL"));
        assertThat(results.subList(0, 5)).allSatisfy(r -> {
            assertThat(code(r)).isEqualTo("NOT_CONNECTED");
            assertThat(r.failure()).hasMessageContaining("HTTP 503");
        });
    }

    /** Topic, QoS and size that this broker does not take are refused before they cost the connection. */
    @Test
    void whatTheConnackRulesOutIsRefusedWithoutBeingSent() throws Exception {
        start(peer -> {
            peer.acceptUpgrade();
            MqttProperties properties = new MqttProperties();
            properties.setMaximumPacketSize(60L);
            peer.acceptConnect(properties);
            peer.acknowledge(peer.publish(), 0);
            peer.silence();
        });
        TestPool.Result large = pool.publish("x".repeat(60));
        assertThat(large.failure()).isInstanceOf(PublishRefusedException.class);
        assertThat(code(large)).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(pool.publish("small").failure()).isNull();
    }

    /** A day-old SigV4 connection is cut by AWS: it must be replaced before, with nothing lost. */
    @Test
    void aSignedConnectionIsReplacedBeforeItIsTooOld() throws Exception {
        TestSessions sessions = TestSessions.invented();
        sessions.begin();
        settings.signing = Optional.of(new PoolSettings.Signing(sessions, "eu-west-1"));
        settings.maxAge = Duration.ofMillis(1200);
        start(ScriptedBroker.wellBehaved());
        await().until(() -> broker.clientIds.size() >= 3);
        assertThat(broker.clientIds.subList(0, 3)).containsExactly("test", "test-b", "test");
        assertThat(pool.publish("after").failure()).isNull();
    }

    /** A server may fragment, ping and use any frame length; the client must answer pings and a close frame. */
    @Test
    void fragmentsAndPingsOfTheServerAreUnderstood() throws Exception {
        start(peer -> {
            peer.acceptUpgrade();
            peer.packet();
            byte[] connack = peer.bytes(new MqttConnAck(false, 0, new MqttProperties()));
            peer.frame(0x02, Arrays.copyOfRange(connack, 0, 1));
            peer.frame(0x89, new byte[] {1, 2, 3}); // a ping between two fragments
            assertThat(peer.clientFrame(0xA)).containsExactly(1, 2, 3);
            peer.frame(0x00, new byte[0]);
            peer.frame(0x80, Arrays.copyOfRange(connack, 1, connack.length));
            peer.frame(0x8A, new byte[0]); // a pong nobody asked for
            peer.acknowledge(peer.publish(), 0);
            peer.silence();
        });
        assertThat(pool.publish("hello").failure()).isNull();
    }

    /** Keep-alive runs on our timer: an idle connection must ping, or the broker drops it. */
    @Test
    void anIdleConnectionPings() throws Exception {
        settings.keepAlive = 1;
        CountDownLatch pings = new CountDownLatch(2);
        start(peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            while (true) {
                if (peer.packet() instanceof MqttPingReq) {
                    pings.countDown();
                    peer.frame(0x82, new byte[] {(byte) 0xD0, 0});
                }
            }
        });
        assertThat(pings.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Closing says goodbye to the broker and fails what is still waiting. */
    @Test
    void closingDisconnectsCleanly() throws Exception {
        CountDownLatch goodbye = new CountDownLatch(1);
        start(peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            if (peer.packet() instanceof MqttDisconnect) {
                goodbye.countDown();
            }
            peer.silence();
        });
        await().until(() -> pool.pool.status().up() == 1);
        pool.close();
        assertThat(goodbye.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(code(pool.publish("too late"))).isEqualTo("NOT_CONNECTED");
    }
}
