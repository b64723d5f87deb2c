package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttPingReq;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that answers oddly, late, or not at all: each publish settles once, and as delivered only if the broker said so. */
@Execution(ExecutionMode.CONCURRENT)
class BrokerFaultsTest {

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

    private static String text(MqttPublish publish) {
        return new String(publish.getPayload(), StandardCharsets.UTF_8);
    }

    /** The client id. */
    private static String greet(ScriptedBroker.Peer peer) throws Exception {
        peer.acceptUpgrade();
        return peer.acceptConnect(new MqttProperties()).getClientId();
    }

    private static MqttProperties largestLimits() {
        MqttProperties limits = new MqttProperties();
        limits.setReceiveMaximum(65_535);
        limits.setTopicAliasMaximum(65_535);
        limits.setMaximumPacketSize(0xFFFF_FFFFL);
        limits.setServerKeepAlive(65_535);
        limits.setAssignedClientIdentifier("somebody");
        return limits;
    }

    /** Paho reads 65535 as -1 and then takes its window for full, for ever. */
    @Test
    void theLargestLimitsOfAConnackAreNoNegativeOnes() throws Exception {
        start(peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(largestLimits());
            while (true) {
                peer.acknowledge(peer.publish(), 0);
            }
        });
        pool.publishAll(150).forEach(result -> assertThat(result.failure()).isNull());
        assertThat(broker.connections()).isOne();
    }

    /** The same on plain TCP, for brokers without WebSocket. */
    @Test
    void plainTcpHasTheSameGuards() throws Exception {
        broker = new ScriptedBroker(peer -> {
            peer.withoutWebSocket().acceptConnect(largestLimits());
            peer.mqtt("40 02 7FFF");
            while (true) {
                MqttPublish publish = peer.publish();
                if (text(publish).equals("cut")) {
                    peer.mqtt("40 01 00");
                }
                peer.acknowledge(publish, 0);
            }
        });
        settings.publish = Duration.ofMinutes(5);
        pool = new TestPool(settings.of(broker.tcpUrl()));
        for (int i = 0; i < 5; i++) {
            assertThat(pool.publish("a/long/topic/of/its/own", "hello").failure())
                    .isNull();
        }
        assertThat(saved()).isPositive();
        assertThat(pool.publish("cut").failure()).hasMessageContaining("malformed packet of type 4");
        assertThat(pool.publish("again").failure()).isNull();
    }

    /** For 0x91 Paho closes the connection, and with it fails everything that is in flight. */
    @Test
    void aRefusalWithACodePahoDoesNotKnowFailsOneMessageOnly() throws Exception {
        start(peer -> {
            greet(peer);
            while (true) {
                MqttPublish publish = peer.publish();
                String id = "%04X".formatted(publish.getMessageId());
                switch (text(publish)) {
                    case "in use" -> peer.mqtt("40 03" + id + "91");
                    case "strange" -> peer.mqtt("40 03" + id + "EE");
                    case "chatty" -> peer.mqtt("40 09" + id + "97 05 1F 0002 0A41");
                    case "wrong type" -> peer.mqtt("50 03" + id + "87");
                    default -> peer.acknowledge(publish, 0);
                }
            }
        });
        assertThat(code(pool.publish("in use"))).isEqualTo("PACKET_ID_IN_USE");
        TestPool.Result strange = pool.publish("strange");
        assertThat(code(strange)).isEqualTo("UNKNOWN_REASON");
        assertThat(strange.failure()).hasMessageContaining("0xEE");
        assertThat(code(pool.publish("wrong type"))).isEqualTo("NOT_AUTHORIZED");
        assertThat(pool.publish("fine").failure()).isNull();
        assertThat(code(pool.publish("chatty"))).isEqualTo("QUOTA_EXCEEDED");
        assertThat(broker.connections()).isOne();
        assertThat(pool.registry
                        .counter("bridge.publish.failures", "reason", "PACKET_ID_IN_USE")
                        .count())
                .isOne();
    }

    /** What the broker says beside the code is what an operator needs. */
    @Test
    void theReasonStringOfAPubackIsInTheMessage() throws Exception {
        start(peer -> {
            greet(peer);
            peer.mqtt("40 0A %04X 87 06 1F 0003 6E6F70".formatted(peer.publish().getMessageId()));
            peer.silence();
        });
        assertThat(pool.publish("x").failure()).hasMessageContaining("(nop)").hasMessageContaining("Allow");
    }

    /** An answer to nothing, or the same answer twice, must neither settle another publish nor shift the window. */
    @Test
    void pubacksForUnknownIdsAndRepeatedOnesChangeNothing() throws Exception {
        start(peer -> {
            greet(peer);
            while (true) {
                MqttPublish publish = peer.publish();
                peer.mqtt("40 02 %04X".formatted(publish.getMessageId() + 1000));
                peer.mqtt("70 02 %04X".formatted(publish.getMessageId() + 2000));
                peer.acknowledge(publish, text(publish).endsWith("7") ? 0x80 : 0);
                peer.acknowledge(publish, 0);
                peer.acknowledge(publish, 0x87);
            }
        });
        List<TestPool.Result> results = pool.publishAll(200);
        for (int i = 0; i < results.size(); i++) {
            TestPool.Result result = results.get(i);
            if (i % 10 == 7) {
                assertThat(code(result)).isEqualTo("UNSPECIFIED_ERROR");
            } else {
                assertThat(result.failure()).isNull();
            }
            assertThat(result.times).hasValue(1);
        }
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> pool.pool.inFlight() == 0);
        assertThat(broker.connections()).isOne();
    }

    /** Going on at full rate on the connection that complains fails one message after the other. */
    @Test
    void aQuotaComplaintSlowsThatConnectionDownAndTheOthersTakeOver() throws Exception {
        settings.connections = 2;
        start(peer -> {
            String id = greet(peer);
            while (true) {
                peer.acknowledge(peer.publish(), id.equals("test-0") ? 0x97 : 0);
            }
        });
        await().until(() -> pool.pool.status().up() == 2);
        long failed = IntStream.range(0, 300)
                .mapToObj(i -> pool.publish("message " + i))
                .filter(result -> result.failure() != null)
                .peek(result -> assertThat(code(result)).isEqualTo("QUOTA_EXCEEDED"))
                .count();
        // At full rate it would be half of them.
        assertThat(failed).isBetween(1L, 110L);
    }

    /** The message in Paho's hands when its parser fails ends its reading thread: nobody would hear of it before the time-out. */
    @ParameterizedTest
    @ValueSource(strings = {"40 01 00", "40 FF FF FF 7F", "20 02 00 00", "10 00", "F8 00", "90 04 0001 00 00"})
    void aMalformedPacketFailsWhatIsInFlightAtOnce(String packet) throws Exception {
        settings.publish = Duration.ofMinutes(5);
        start(peer -> {
            greet(peer);
            peer.publish();
            if (peer.number == 1) {
                peer.mqtt(packet);
                peer.silence();
            }
        });
        TestPool.Result result = pool.publish("x");
        assertThat(code(result)).isEqualTo("CONNECTION_LOST");
        assertThat(result.failure()).hasMessageContaining("the broker sent a");
    }

    /** A message that costs the connection would cost every connection in turn, for as long as the stream keeps it. */
    @ParameterizedTest
    @ValueSource(ints = {0x90, 0x95, 0x99, 0x9A, 0x9B})
    void aMessageThatTheBrokerDisconnectsForIsFoundAndRefusedAndTheOthersAreDelivered(int code) throws Exception {
        settings.connections = 2;
        CountDownLatch more = new CountDownLatch(1);
        start(peer -> {
            greet(peer);
            while (true) {
                MqttPublish publish = peer.publish();
                if (text(publish).equals("poison")) {
                    assertThat(more.await(100, TimeUnit.MILLISECONDS)).isFalse(); // others come after it, if they may
                    peer.disconnect(code);
                    return;
                }
                peer.acknowledge(publish, 0);
            }
        });
        await().until(() -> pool.pool.status().up() == 2);
        List<String> open = new ArrayList<>(List.of("poison"));
        for (int round = 0; open.contains("poison"); round++) {
            assertThat(round).as("rounds without the culprit found").isLessThan(30);
            for (int i = 0; i < 40; i++) {
                open.add(i % 2 == 0 ? 0 : open.size(), "good " + round + "/" + i); // the stream goes on
            }
            List<TestPool.Result> results = open.stream().map(pool::publish).toList();
            List<String> again = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                String text = open.get(i);
                PublishException failure = results.get(i).failure();
                if (failure == null) {
                    assertThat(text).startsWith("good");
                } else if (failure instanceof PublishFailedException) {
                    again.add(text); // as the source does
                } else {
                    assertThat(text).isEqualTo("poison");
                    assertThat(failure.reasonCode())
                            .isEqualTo(DisconnectReason.of(code).name());
                }
            }
            open = again;
        }
        for (String text : open) {
            assertThat(pool.publish(text).failure()).isNull();
        }
    }

    /** A topic the role may not publish to, where the broker says so by DISCONNECT: the code must say it, and it is no dead letter. */
    @Test
    void aDisconnectNotAuthorizedIsTheFailureOfTheOnlyPublishInFlight() throws Exception {
        start(peer -> {
            greet(peer);
            peer.publish();
            peer.disconnect(0x87);
        });
        TestPool.Result result = pool.publish("x");
        assertThat(result.failure()).isInstanceOf(PublishFailedException.class);
        assertThat(code(result)).isEqualTo("NOT_AUTHORIZED");
    }

    /** Coming back at full rate to a broker that hung up for the rate means to be hung up on again. */
    @Test
    void afterADisconnectForTheRateTheNextConnectionBeginsSlowly() throws Exception {
        List<Long> times = new ArrayList<>();
        start(peer -> {
            greet(peer);
            long connected = System.nanoTime();
            MqttPublish publish = peer.publish();
            times.add(System.nanoTime() - connected);
            if (peer.number == 1) {
                peer.disconnect(0x96);
                return;
            }
            peer.acknowledge(publish, 0);
            peer.silence();
        });
        assertThat(code(pool.publish("x"))).isEqualTo("CONNECTION_LOST");
        assertThat(pool.publish("y").failure()).isNull();
        assertThat(Duration.ofNanos(times.get(1))).isGreaterThan(Duration.ofMillis(700));
    }

    /** The broker cuts who does not ping as often as it wants, whatever the client had in mind. */
    @Test
    void theKeepAliveOfTheBrokerIsKept() throws Exception {
        settings.keepAlive = 600;
        CountDownLatch pings = new CountDownLatch(2);
        start(peer -> {
            peer.acceptUpgrade();
            MqttProperties properties = new MqttProperties();
            properties.setServerKeepAlive(1);
            peer.acceptConnect(properties);
            while (true) {
                if (peer.packet() instanceof MqttPingReq) {
                    pings.countDown();
                    peer.mqtt("D0 00");
                }
            }
        });
        assertThat(pings.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** A peer that is gone without a word looks like one that is silent; in flight must not wait for the time-out alone. */
    @Test
    void aHalfOpenConnectionIsFoundByTheKeepAlive() throws Exception {
        settings.keepAlive = 1;
        settings.publish = Duration.ofMinutes(5);
        start(peer -> {
            if (peer.number > 1) {
                ScriptedBroker.wellBehaved().serve(peer);
                return;
            }
            greet(peer);
            peer.silence();
        });
        assertThat(code(pool.publish("x"))).isEqualTo("CONNECTION_LOST");
        assertThat(pool.publish("y").failure()).isNull();
    }

    /** Its socket full, Paho blocks; that must hold neither the caller nor the other connections. */
    @Test
    void aBrokerThatDoesNotReadHoldsNobodyButItsOwnPublishes() throws Exception {
        settings.connections = 2;
        settings.publish = Duration.ofSeconds(4);
        CountDownLatch end = new CountDownLatch(1);
        start(peer -> {
            if (peer.number == 1) {
                greet(peer);
                end.await();
            } else {
                ScriptedBroker.wellBehaved().serve(peer);
            }
        });
        await().until(() -> pool.pool.status().up() == 2);
        String large = "x".repeat(100_000);
        List<TestPool.Result> results =
                IntStream.range(0, 300).mapToObj(i -> pool.publish(large)).toList();
        await().until(() -> results.stream().allMatch(r -> r.outcome.isDone()));
        end.countDown();
        assertThat(results.stream().filter(r -> r.failure() == null).count()).isGreaterThanOrEqualTo(200);
        assertThat(results)
                .allSatisfy(r -> assertThat(r.times).hasValue(1))
                .filteredOn(r -> r.failure() != null)
                .allSatisfy(r -> assertThat(code(r)).isIn("PUBACK_TIMEOUT", "CONNECTION_LOST"));
    }

    /** A connection that has let one publish wait in vain gets no other while there is a better one. */
    @Test
    void aSuspectConnectionIsTheLastToBeChosen() throws Exception {
        settings.connections = 2;
        settings.publish = Duration.ofSeconds(2);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger toTheDead = new AtomicInteger();
        start(peer -> {
            if (peer.number > 2) {
                peer.upgradeRequest();
                peer.silence(); // the suspect one finds no successor
            }
            if (greet(peer).equals("test-0")) { // the first to be chosen of two that have nothing to do
                while (true) {
                    peer.publish();
                    toTheDead.incrementAndGet();
                }
            }
            List<MqttPublish> held = new ArrayList<>();
            while (true) {
                held.add(peer.publish());
                if (held.size() == 5) {
                    release.await();
                    for (MqttPublish publish : held) {
                        peer.acknowledge(publish, 0);
                    }
                }
            }
        });
        await().until(() -> pool.pool.status().up() == 2);
        TestPool.Result first = pool.publish("goes to the first");
        assertThat(code(first)).isEqualTo("PUBACK_TIMEOUT");
        await().until(() -> broker.connections() == 3);
        List<TestPool.Result> results = pool.publishAll(5);
        release.countDown();
        results.forEach(r -> assertThat(r.failure()).isNull());
        assertThat(toTheDead).hasValue(1);
    }

    private double saved() {
        return pool.registry.get("bridge.topic.alias.saved").counter().count();
    }

    /** On the wire: the name, then name and number, then the number alone; per connection, and no more than the broker takes. */
    @Test
    void repeatedTopicsAreSentAsAliases() throws Exception {
        List<String> seen = new ArrayList<>();
        start(peer -> {
            peer.acceptUpgrade();
            MqttProperties properties = new MqttProperties();
            properties.setTopicAliasMaximum(1);
            peer.acceptConnect(properties);
            for (int i = 0; i < 7; i++) {
                MqttPublish publish = peer.publish();
                seen.add(publish.getTopicName() + "=" + publish.getProperties().getTopicAlias());
                peer.acknowledge(publish, 0);
            }
        });
        for (String topic :
                new String[] {"long/topic", "long/topic", "long/topic", "other/one", "other/one", "long/topic"}) {
            assertThat(pool.publish(topic, "x").failure()).isNull();
        }
        assertThat(seen)
                .containsExactly(
                        "long/topic=null", "long/topic=1", "=1", "other/one=null", "other/one=1", "long/topic=null");
        await().until(() -> saved() == 7
                && pool.registry.get("bridge.topic.alias.spent").counter().count() == 3 + 3);
    }

    /** A broker that forgot an alias ends the connection for it; without them it works. */
    @Test
    void aBrokerThatDoesNotKnowItsAliasesGetsNoMoreOfThem() throws Exception {
        start(peer -> {
            peer.acceptUpgrade();
            MqttProperties properties = new MqttProperties();
            properties.setTopicAliasMaximum(8);
            peer.acceptConnect(properties);
            while (true) {
                MqttPublish publish = peer.publish();
                if (publish.getTopicName().isEmpty()) {
                    peer.disconnect(0x94);
                    return;
                }
                peer.acknowledge(publish, 0);
            }
        });
        int lost = 0;
        for (int i = 0; i < 12; i++) {
            TestPool.Result result = pool.publish("some/long/topic", "x");
            lost += result.failure() == null ? 0 : 1;
        }
        assertThat(lost).isOne();
        assertThat(broker.connections()).isEqualTo(2);
    }

    /** The alias of a refused message may be unknown to the broker: the next message must bring the name again. */
    @Test
    void anAliasDefinedByARefusedMessageIsNotUsed() throws Exception {
        List<String> topics = new ArrayList<>();
        start(peer -> {
            peer.acceptUpgrade();
            MqttProperties properties = new MqttProperties();
            properties.setTopicAliasMaximum(8);
            peer.acceptConnect(properties);
            for (int i = 0; i < 4; i++) {
                MqttPublish publish = peer.publish();
                topics.add(publish.getTopicName());
                peer.acknowledge(publish, 0x87);
            }
        });
        for (int i = 0; i < 4; i++) {
            assertThat(code(pool.publish("denied/topic", "x"))).isEqualTo("NOT_AUTHORIZED");
        }
        assertThat(topics).containsOnly("denied/topic");
    }

    /** Everything at once, at random: whatever Paho does with its tokens, each publish settles once, and never as delivered unasked. */
    @Test
    void inAnyMixtureOfFaultsEachPublishSettlesOnceAndIsDeliveredOnlyIfTheBrokerSaidSo() throws Exception {
        settings.connections = 6;
        settings.publish = Duration.ofMillis(1500);
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        start(peer -> chaos(peer, accepted));
        List<String> texts =
                IntStream.range(0, 1500).mapToObj(i -> "message " + i).toList();
        List<TestPool.Result> results = new ArrayList<>();
        for (String text : texts) {
            results.add(pool.publish("topic/" + text.length() % 3 + "/long", text));
            int sent = results.size();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> pool.pool.inFlight() + pool.pool.queued() < 300 || sent < 300);
        }
        int delivered = 0;
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).failure() == null) {
                delivered++;
                assertThat(accepted).contains(texts.get(i));
            }
        }
        pool.close();
        pool = null;
        assertThat(results).allSatisfy(r -> assertThat(r.times).hasValue(1));
        // Most of them, where the machine is not busy; a pool that comes to a halt delivers next to none.
        assertThat(delivered).isGreaterThan(100);
    }

    private static void chaos(ScriptedBroker.Peer peer, Set<String> accepted) throws Exception {
        SplittableRandom random = new SplittableRandom(peer.number);
        peer.acceptUpgrade();
        MqttProperties properties = new MqttProperties();
        properties.setReceiveMaximum(1 + random.nextInt(65_535));
        properties.setTopicAliasMaximum(random.nextInt(3));
        if (random.nextInt(10) == 0) {
            peer.packet();
            peer.send(new MqttConnAck(false, 0x97, new MqttProperties()));
            return;
        }
        peer.acceptConnect(properties);
        while (true) {
            MqttPublish publish = peer.publish();
            switch (random.nextInt(250)) {
                case 0 -> {
                    peer.disconnect(List.of(0x80, 0x8B, 0x8E, 0x94, 0x98).get(random.nextInt(5)));
                    return;
                }
                case 1 -> {
                    peer.cut();
                    return;
                }
                case 2 -> peer.mqtt("40 03 %04X %02X".formatted(publish.getMessageId(), 0x80 + random.nextInt(0x80)));
                case 3 -> {
                    peer.mqtt("40 01 00");
                    return;
                }
                case 4 -> peer.acknowledge(publish, 0x80);
                case 5 -> peer.mqtt("40 02 %04X".formatted(40_000 + random.nextInt(20_000)));
                case 6 -> {
                    peer.mqtt("40 03 %04X 87".formatted(publish.getMessageId()));
                    peer.acknowledge(publish, 0);
                }
                default -> {
                    accepted.add(text(publish));
                    peer.acknowledge(publish, 0);
                    if (random.nextInt(20) == 0) {
                        peer.acknowledge(publish, 0x87);
                    }
                }
            }
        }
    }
}
