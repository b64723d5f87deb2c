package io.github.kinesisiot.cloud;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.IotQuotas.Excess;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** The rules and quotas of AWS IoT Core, one by one: a stand-in that is kinder hides what fails in production. */
class IotGateIT {
    private static final int QOS_0 = 0x30;
    private static final int QOS_1 = 0x32;
    private static final int QOS_2 = 0x34;
    private static final int RETAINED = 0x33;
    private static final byte[] NONE = {};
    private static final byte[] PAYLOAD = {'x'};
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    private static LocalCloud cloud;
    private static AwsSessionCredentials session;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start(CloudOptions.defaults().only(Part.STS, Part.IOT));
        session = RoleSession.assume(cloud);
    }

    @AfterAll
    static void end() {
        cloud.close();
    }

    @BeforeEach
    void asAws() {
        cloud.iot().policy(RolePolicy.DEFAULT);
        cloud.iot().quotas(IotQuotas.AWS);
        cloud.iot().countPublishes();
    }

    private static RawMqtt opened() throws Exception {
        return RawMqtt.open(cloud, session);
    }

    /** A new client id each time: one CONNECT a second is all that one may send. */
    private static RawMqtt connected() throws Exception {
        RawMqtt client = opened().connect("client-" + CLIENTS.incrementAndGet(), 60);
        assertThat(client.next()).isEqualTo("CONNACK 0x00");
        return client;
    }

    private static String lastVerdict() {
        List<GateVerdict> verdicts = cloud.iot().verdicts();
        GateVerdict last = verdicts.get(verdicts.size() - 1);
        return "%s 0x%02x".formatted(last.answer(), last.reason());
    }

    // A bridge that is refused only by its broker's own, wider limits never sees those of AWS.
    @Test
    void theConnackAnnouncesWhatAwsAnnounces() throws Exception {
        byte[] twoHours = Buffer.buffer()
                .appendByte((byte) Properties5.SESSION_EXPIRY)
                .appendInt(7_200)
                .getBytes();
        try (RawMqtt client = opened().send(RawMqtt.connectPacket("announced", 7, twoHours))) {
            assertThat(client.next()).isEqualTo("CONNACK 0x00");
            assertThat(announced(client))
                    .containsOnly(
                            Map.entry(Properties5.RECEIVE_MAXIMUM, 100L),
                            Map.entry(Properties5.TOPIC_ALIAS_MAXIMUM, 8L),
                            Map.entry(Properties5.MAXIMUM_PACKET_SIZE, 149_504L),
                            Map.entry(Properties5.MAXIMUM_QOS, 1L),
                            Map.entry(Properties5.RETAIN_AVAILABLE, 1L),
                            Map.entry(Properties5.SERVER_KEEP_ALIVE, 30L),
                            Map.entry(Properties5.SESSION_EXPIRY, 3_600L),
                            Map.entry(Properties5.WILDCARD_SUBSCRIPTION, 1L),
                            Map.entry(Properties5.SHARED_SUBSCRIPTION, 1L),
                            Map.entry(Properties5.SUBSCRIPTION_IDENTIFIERS, 0L));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1200", "29, 30", "77, 77", "1201, 1200", "65535, 1200"})
    void theServerSetsTheKeepAlive(int wish, long served) throws Exception {
        try (RawMqtt client = opened().connect("keep-alive-" + wish, wish)) {
            assertThat(client.next()).isEqualTo("CONNACK 0x00");
            assertThat(announced(client)).containsEntry(Properties5.SERVER_KEEP_ALIVE, served);
        }
    }

    private static Map<Integer, Long> announced(RawMqtt client) {
        Map<Integer, Long> properties = new HashMap<>();
        ByteBuffer body = client.connack().body();
        body.position(body.position() + 2);
        Properties5.read(body, (identifier, value) -> {
            long number = 0;
            while (value.hasRemaining()) {
                number = number << 8 | value.get() & 0xff;
            }
            properties.put(identifier, number);
        });
        return properties;
    }

    // Two bridges with one client id throw each other off for ever, which nobody sees where both may stay.
    @Test
    void aSecondConnectWithTheSameClientIdTakesTheSessionOver() throws Exception {
        cloud.iot().quotas(IotQuotas.NONE);
        try (RawMqtt first = opened().connect("the-same", 60)) {
            assertThat(first.next()).isEqualTo("CONNACK 0x00");
            try (RawMqtt second = opened().connect("the-same", 60)) {
                assertThat(second.next()).isEqualTo("CONNACK 0x00");
                assertThat(first.next()).isEqualTo("DISCONNECT 0x8e");
                assertThat(first.next()).isEqualTo("close 1000");
                assertThat(first.next()).isEqualTo("end");
                assertThat(second.publish(1, "kinesis/a").next()).isEqualTo("PUBACK 1 0x00");
            }
        }
    }

    @Test
    void clientIdsAreHeldToTheirLengthAndToThePolicy() throws Exception {
        cloud.iot().policy(RolePolicy.shipped("bridge-", "kinesis"));
        assertConnack("bridge-" + "x".repeat(121), "CONNACK 0x00");
        assertConnack("bridge-" + "x".repeat(122), "CONNACK 0x85");
        assertConnack("$bridge", "CONNACK 0x85");
        assertConnack("other-1", "CONNACK 0x87");
        // AWS would make one up, which this policy does not allow.
        assertConnack("", "CONNACK 0x87");
        assertThat(lastVerdict()).isEqualTo("CONNACK 0x87");
        cloud.iot().policy(RolePolicy.DEFAULT);
        assertConnack("", "CONNACK 0x00");
    }

    private static void assertConnack(String clientId, String answer) throws Exception {
        try (RawMqtt client = opened().connect(clientId, 60)) {
            assertThat(client.next()).as(clientId).isEqualTo(answer);
            if (!answer.endsWith("0x00")) {
                assertThat(client.next()).isEqualTo("close 1000");
                assertThat(client.next()).isEqualTo("end");
            }
        }
    }

    // A bridge that comes back at once with the id it has just lost is refused by AWS, and must not be let in here.
    @Test
    void aClientIdMayConnectOnceASecond() throws Exception {
        awaitOneOfTwoRefused("hasty", "hasty");
        assertThat(cloud.iot().busiestConnects(Duration.ofSeconds(1))).isGreaterThan(1);
        await().pollInterval(Duration.ofMillis(1_100)).until(() -> {
            try (RawMqtt later = opened().connect("hasty", 60)) {
                return later.next().equals("CONNACK 0x00");
            }
        });
    }

    @Test
    void theAccountHasAConnectQuotaToo() throws Exception {
        cloud.iot().quotas(IotQuotas.AWS.connectsPerSecond(1));
        awaitOneOfTwoRefused("account-1", "account-2");
    }

    /** Two at once, and again if the machine took a second between them. */
    private static void awaitOneOfTwoRefused(String one, String two) {
        await().pollInterval(Duration.ofMillis(1_100)).pollDelay(Duration.ZERO).until(() -> {
            try (RawMqtt first = opened();
                    RawMqtt second = opened()) {
                first.connect(one, 60);
                second.connect(two, 60);
                return Stream.of(first.next(), second.next())
                                .filter("CONNACK 0x97"::equals)
                                .count()
                        == 1;
            }
        });
    }

    // The rule that one connection is one rate is what the whole pool is built around.
    @Test
    void theHundredAndFirstPublishOfASecondIsRefused() throws Exception {
        try (RawMqtt client = connected()) {
            assertThat(burst(client)).isEqualTo(List.of(100, 1));
            assertThat(lastVerdict()).isEqualTo("PUBACK 0x97");
            assertThat(cloud.iot().busiest(Duration.ofSeconds(1))).isEqualTo(101);
            await().until(() -> client.publish(200, "kinesis/later").next().equals("PUBACK 200 0x00"));
        }
    }

    /** How many of 101 publishes in one frame were taken, and how many refused. */
    private static List<Integer> burst(RawMqtt client) throws Exception {
        Buffer all = Buffer.buffer();
        for (int id = 1; id <= 101; id++) {
            all.appendBytes(RawMqtt.publishPacket(QOS_1, id, "kinesis/burst", NONE, PAYLOAD));
        }
        client.send(all.getBytes());
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 101; i++) {
            String answer = client.next();
            taken += answer.endsWith(" 0x00") ? 1 : 0;
            refused += answer.equals("PUBACK 101 0x97") ? 1 : 0;
        }
        return List.of(taken, refused);
    }

    @Test
    void insteadItCanBeDroppedOrCostTheConnection() throws Exception {
        byte[] ping = {(byte) 0xc0, 0};
        cloud.iot().quotas(IotQuotas.AWS.excess(Excess.DISCARDED));
        try (RawMqtt client = connected()) {
            assertThat(answersUpTo(client, ping, "PINGRESP")).isEqualTo(100);
            assertThat(lastVerdict()).isEqualTo("DROPPED 0x00");
        }
        cloud.iot().quotas(IotQuotas.AWS.excess(Excess.DISCONNECTED));
        try (RawMqtt client = connected()) {
            answersUpTo(client, NONE, "DISCONNECT 0x97");
        }
    }

    private static int answersUpTo(RawMqtt client, byte[] last, String end) throws Exception {
        Buffer all = Buffer.buffer();
        for (int id = 1; id <= 101; id++) {
            all.appendBytes(RawMqtt.publishPacket(QOS_1, id, "kinesis/burst", NONE, PAYLOAD));
        }
        client.send(all.appendBytes(last).getBytes());
        int pubacks = 0;
        boolean ended = false;
        // Pings are answered ahead of what the broker has queued.
        for (int i = 0; i < 101; i++) {
            String next = client.next();
            pubacks += next.startsWith("PUBACK") ? 1 : 0;
            ended |= next.equals(end);
            if (next.startsWith("DISCONNECT")) {
                break;
            }
        }
        assertThat(ended).as(end).isTrue();
        return pubacks;
    }

    // More in flight than announced costs the connection, and everything in flight on it.
    @Test
    void theHundredAndFirstUnacknowledgedPublishEndsTheConnection() throws Exception {
        cloud.iot().quotas(new IotQuotas(0, 0, 0, 0, 100, Excess.REFUSED));
        cloud.iot().fault(LinkFault.onPublish("#", new Spoil.Unanswered()));
        try (RawMqtt client = connected()) {
            Buffer all = Buffer.buffer();
            for (int id = 1; id <= 101; id++) {
                all.appendBytes(RawMqtt.publishPacket(QOS_1, id, "kinesis/many", NONE, PAYLOAD));
            }
            client.send(all.getBytes());
            assertThat(client.next()).isEqualTo("DISCONNECT 0x93");
            assertThat(cloud.iot().met()).isEqualTo(100);
        } finally {
            cloud.iot().fault(GateFault.NONE);
        }
    }

    @Test
    void aPacketIdThatIsInUseIsRefused() throws Exception {
        cloud.iot().fault(LinkFault.onPublish("kinesis/held", new Spoil.Unanswered()));
        try (RawMqtt client = connected()) {
            client.publish(7, "kinesis/held");
            assertThat(client.publish(7, "kinesis/free").next()).isEqualTo("PUBACK 7 0x91");
        } finally {
            cloud.iot().fault(GateFault.NONE);
        }
    }

    // Half a mebibyte a second is soon reached with large payloads; what is more comes late, not never.
    @Test
    void bytesBeyondTheThroughputComeLate() throws Exception {
        try (RawMqtt client = connected()) {
            byte[] payload = new byte[120_000];
            long begin = System.nanoTime();
            for (int id = 1; id <= 13; id++) {
                client.publish(QOS_1, id, "kinesis/large", NONE, payload);
            }
            for (int id = 1; id <= 13; id++) {
                assertThat(client.next()).isEqualTo("PUBACK " + id + " 0x00");
            }
            // 1,560,000 bytes at 524,288 a second, of which the first second's worth is free.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1_700));
        }
    }

    // Each of these costs the connection, and with it all that is in flight, so the bridge must not send it.
    @Test
    void whatAwsEndsAConnectionForEndsIt() throws Exception {
        assertEnds(QOS_1, "a/b/c/d/e/f/g/h/i", NONE, PAYLOAD, 0x90);
        assertEnds(QOS_0, "a/b/c/d/e/f/g/h/i", NONE, PAYLOAD, 0x90);
        assertEnds(QOS_1, "x".repeat(257), NONE, PAYLOAD, 0x90);
        assertEnds(QOS_1, "kinesis/+", NONE, PAYLOAD, 0x90);
        assertEnds(QOS_1, "$aws/events/x", NONE, PAYLOAD, 0x90);
        assertEnds(RETAINED, "$aws/rules/keep/a", NONE, PAYLOAD, 0x90);
        assertEnds(QOS_2, "kinesis/a", NONE, PAYLOAD, 0x9b);
        assertEnds(QOS_1, "kinesis/a", NONE, new byte[128 * 1024 + 1], 0x95);
        assertEnds(QOS_1, "kinesis/a", NONE, new byte[149_504], 0x95);
        assertEnds(QOS_1, "kinesis/a", userProperties(8 * 1024 + 1), PAYLOAD, 0x97);
        assertEnds(QOS_1, "kinesis/a", responseTopic("a/b/c/d/e/f/g/h/i"), PAYLOAD, 0x90);
        assertEnds(QOS_1, "kinesis/a", alias(9), PAYLOAD, 0x94);
        assertEnds(QOS_1, "", alias(1), PAYLOAD, 0x94);
        // A property that MQTT does not know.
        assertEnds(QOS_1, "kinesis/a", new byte[] {0x7e, 0}, PAYLOAD, 0x81);
    }

    private static void assertEnds(int first, String topic, byte[] properties, byte[] payload, int reason)
            throws Exception {
        try (RawMqtt client = connected()) {
            client.publish(first, 1, topic, properties, payload);
            assertThat(client.next()).as(topic).isEqualTo("DISCONNECT 0x%02x".formatted(reason));
            assertThat(client.next()).isEqualTo("close 1000");
            assertThat(client.next()).isEqualTo("end");
            assertThat(lastVerdict()).isEqualTo("DISCONNECT 0x%02x".formatted(reason));
        }
    }

    // A gate that refuses what AWS takes has the bridge refuse it as well.
    @Test
    void whatIsJustAllowedIsTaken() throws Exception {
        try (Subscriber subscriber = cloud.subscribe("#");
                Subscriber ingested = cloud.subscribe("$aws/rules/#");
                RawMqtt client = connected()) {
            String[] topics = {"a/b/c/d/e/f/g/h", "x".repeat(256), "$aws/rules/keep/a/b/c/d/e/f/g/h"};
            for (int i = 0; i < topics.length; i++) {
                assertThat(client.publish(i + 1, topics[i]).next()).isEqualTo("PUBACK " + (i + 1) + " 0x00");
            }
            client.publish(QOS_1, 9, "kinesis/large", userProperties(8 * 1024), new byte[128 * 1024]);
            assertThat(client.next()).isEqualTo("PUBACK 9 0x00");
            assertThat(client.publish(10, "$aws/things/lamp/shadow/update").next())
                    .isEqualTo("PUBACK 10 0x00");
            await().until(() -> subscriber.count() == 3 && ingested.count() == 1);
            assertThat(subscriber.messages().get(2).payload()).hasSize(128 * 1024);
        }
    }

    // An alias defined by a refused publish is defined for AWS, so the one behind it must reach the broker with its
    // topic.
    @Test
    void anAliasHoldsAlsoWhenThePublishThatDefinedItWasRefused() throws Exception {
        try (Subscriber subscriber = cloud.subscribe("kinesis/#");
                RawMqtt client = connected()) {
            cloud.iot()
                    .policy(new RolePolicy(List.of("*"), List.of("other"), List.of(), true, RolePolicy.Denial.PUBACK));
            assertThat(client.publish(QOS_1, 1, "kinesis/alias", alias(8), PAYLOAD)
                            .next())
                    .isEqualTo("PUBACK 1 0x87");
            cloud.iot().policy(RolePolicy.DEFAULT);
            for (int id = 2; id <= 3; id++) {
                assertThat(client.publish(QOS_1, id, "", alias(8), PAYLOAD).next())
                        .isEqualTo("PUBACK " + id + " 0x00");
            }
            await().until(() -> subscriber.texts("kinesis/alias").size() == 2);
        }
    }

    @Test
    void whatThePolicyDoesNotAllowIsDeniedInTheWayToldAndReachesNobody() throws Exception {
        RolePolicy policy = RolePolicy.shipped("", "kinesis");
        try (Subscriber subscriber = cloud.subscribe("#");
                RawMqtt client = connected()) {
            cloud.iot().policy(policy);
            assertThat(client.publish(1, "other/topic").next()).isEqualTo("PUBACK 1 0x87");
            assertThat(client.publish(RETAINED, 2, "kinesis/a", NONE, PAYLOAD).next())
                    .isEqualTo("PUBACK 2 0x87");
            client.publish(QOS_0, 0, "other/topic", NONE, PAYLOAD);
            assertThat(client.publish(3, "kinesis/a").next()).isEqualTo("PUBACK 3 0x00");
            cloud.iot().policy(policy.retain(true));
            assertThat(client.publish(RETAINED, 4, "kinesis/kept", NONE, PAYLOAD)
                            .next())
                    .isEqualTo("PUBACK 4 0x00");
            await().until(() -> subscriber.count() == 2);
            assertThat(subscriber.texts("other/topic")).isEmpty();
            // Kept for those who come later, so it would be there in another test.
            client.publish(RETAINED, 5, "kinesis/kept", NONE, NONE);
            assertThat(client.next()).isEqualTo("PUBACK 5 0x00");
            cloud.iot().policy(policy.denial(RolePolicy.Denial.DISCONNECT));
            assertThat(client.publish(6, "other/topic").next()).isEqualTo("DISCONNECT 0x87");
        }
        try (RawMqtt client = connected()) {
            cloud.iot().policy(policy.denial(RolePolicy.Denial.CLOSE));
            assertThat(client.publish(1, "other/topic").next()).isEqualTo("end");
        }
    }

    // A client that does not wait for its CONNACK works against most brokers, and not against AWS.
    @Test
    void whatIsNoConnectOrComesBeforeItsAnswerIsNotHeard() throws Exception {
        try (RawMqtt client = opened()) {
            assertThat(client.publish(1, "kinesis/a").next()).isEqualTo("end");
        }
        try (RawMqtt client = opened()) {
            byte[] connect = RawMqtt.connectPacket("impatient", 60, NONE);
            byte[] publish = RawMqtt.publishPacket(QOS_1, 1, "kinesis/a", NONE, PAYLOAD);
            client.send(
                    Buffer.buffer().appendBytes(connect).appendBytes(publish).getBytes());
            assertThat(client.next()).isEqualTo("end");
        }
        try (RawMqtt client = connected()) {
            assertThat(client.connect("twice", 60).next()).isEqualTo("DISCONNECT 0x82");
        }
        try (RawMqtt client = connected()) {
            byte[] publish = RawMqtt.publishPacket(QOS_1, 1, "kinesis/a", NONE, PAYLOAD);
            client.sendRaw(FrameReader.binary(false, publish, publish.length));
            assertThat(client.next()).as("without a mask").isEqualTo("close 1002");
        }
    }

    private static byte[] alias(int number) {
        return new byte[] {Properties5.TOPIC_ALIAS, 0, (byte) number};
    }

    private static byte[] responseTopic(String topic) {
        return Buffer.buffer()
                .appendByte((byte) Properties5.RESPONSE_TOPIC)
                .appendUnsignedShort(topic.length())
                .appendString(topic)
                .getBytes();
    }

    /** Two, with so many bytes in all. */
    private static byte[] userProperties(int bytes) {
        Buffer properties = Buffer.buffer();
        for (int length : new int[] {bytes / 2, bytes - bytes / 2}) {
            properties
                    .appendByte((byte) Properties5.USER_PROPERTY)
                    .appendUnsignedShort(1)
                    .appendString("k")
                    .appendUnsignedShort(length - 1)
                    .appendString("v".repeat(length - 1));
        }
        return properties.getBytes();
    }
}
