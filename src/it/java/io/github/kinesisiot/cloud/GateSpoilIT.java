package io.github.kinesisiot.cloud;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** The IoT endpoint fails as it is told, seen from the wire: a fault that does nothing would pass every test of those who wait it out. */
class GateSpoilIT {
    /** Messages, of 100 kB each: far more than the buffers of two sockets hold. */
    private static final int FLOOD = 300;

    private static final AtomicInteger CLIENTS = new AtomicInteger();
    private static final byte[] PING = {(byte) 0xc0, 0};
    /** Nothing comes, however long: too short for a machine that stands still can only overlook something. */
    private static final Duration A_WHILE = Duration.ofMillis(500);

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

    @AfterEach
    void heal() {
        cloud.iot().fault(GateFault.NONE);
        cloud.iot().cutAll();
    }

    private static String clientId() {
        return "client-" + CLIENTS.incrementAndGet();
    }

    private static RawMqtt connected(String clientId) throws Exception {
        RawMqtt client = RawMqtt.open(cloud, session).connect(clientId, 60);
        assertThat(client.next()).isEqualTo("CONNACK 0x00");
        return client;
    }

    private static void assertUsable(RawMqtt client) throws Exception {
        assertThat(client.publish(99, "kinesis/fine").next()).isEqualTo("PUBACK 99 0x00");
    }

    // The moment at which a client may take a dead connection for a live one.
    @ParameterizedTest
    @ValueSource(ints = {0x8b, 0x8e, 0x97})
    void disconnectComesRightBehindTheConnack(int reason) throws Exception {
        cloud.iot().fault(LinkFault.behindConnack(new Spoil.Disconnect(reason)));
        try (RawMqtt client = connected(clientId())) {
            assertThat(client.next()).isEqualTo("DISCONNECT 0x%02x".formatted(reason));
            assertThat(client.next()).isEqualTo("close 1000");
            assertThat(client.next()).isEqualTo("end");
        }
        assertThat(cloud.iot().met()).isEqualTo(1);
    }

    @Test
    void behindTheConnackAnyOtherEndIsPossibleForOneClientAndSoManyTimes() throws Exception {
        String poor = clientId();
        cloud.iot().quotas(IotQuotas.NONE);
        cloud.iot().fault(LinkFault.behindConnack(new Spoil.Close()).of(poor).times(1));
        try (RawMqtt rich = connected(clientId())) {
            try (RawMqtt first = connected(poor)) {
                assertThat(first.next()).isEqualTo("end");
            }
            try (RawMqtt second = connected(poor)) {
                assertUsable(second);
            }
            assertUsable(rich);
            assertThat(cloud.iot().met()).isEqualTo(1);
        } finally {
            cloud.iot().quotas(IotQuotas.AWS);
        }
    }

    @Test
    void anOpenConnectionEndsAtOnceInEveryWay() throws Exception {
        assertEnds(new Spoil.Disconnect(0x98), "DISCONNECT 0x98", "close 1000", "end");
        assertEnds(new Spoil.WebSocketClose(1001), "close 1001", "end");
        assertEnds(new Spoil.Close(), "end");
        assertEnds(new Spoil.Reset(), "reset");
    }

    private static void assertEnds(Spoil.Ending ending, String... said) throws Exception {
        String chosen = clientId();
        try (RawMqtt client = connected(chosen);
                RawMqtt other = connected(clientId())) {
            cloud.iot().fault();
            cloud.iot().end(ending, chosen);
            for (String expected : said) {
                assertThat(client.next()).as(ending.toString()).isEqualTo(expected);
            }
            assertThat(cloud.iot().met()).isEqualTo(1);
            assertUsable(other);
            cloud.iot().end(ending);
            assertThat(other.next()).isEqualTo(said[0]);
        }
    }

    // One message that costs the connection each time is the hardest case for whoever must find it.
    @Test
    void aPublishToATopicEndsTheConnectionInEveryWayAndOthersDoNot() throws Exception {
        assertPublishEnds(new Spoil.Close(), "end");
        assertPublishEnds(new Spoil.Reset(), "reset");
        assertPublishEnds(new Spoil.Disconnect(0x82), "DISCONNECT 0x82");
        assertPublishEnds(new Spoil.WebSocketClose(1011), "close 1011");
    }

    private static void assertPublishEnds(Spoil.Ending ending, String said) throws Exception {
        try (Subscriber subscriber = cloud.subscribe("kinesis/#");
                RawMqtt client = connected(clientId())) {
            cloud.iot().fault(LinkFault.onPublish("kinesis/poison/#", ending));
            assertUsable(client);
            assertThat(cloud.iot().met()).isZero();
            assertThat(client.publish(1, "kinesis/poison/1").next())
                    .as(ending.toString())
                    .isEqualTo(said);
            assertThat(cloud.iot().met()).isEqualTo(1);
            try (RawMqtt next = connected(clientId())) {
                assertThat(next.publish(2, "kinesis/poison/1").next()).isEqualTo(said);
            }
            assertThat(cloud.iot().met()).isEqualTo(2);
            cloud.iot().fault(GateFault.NONE);
            try (RawMqtt healed = connected(clientId())) {
                assertThat(healed.publish(3, "kinesis/poison/1").next()).isEqualTo("PUBACK 3 0x00");
            }
            await().until(() -> subscriber.count() == 2);
            assertThat(subscriber.texts("kinesis/poison/1")).hasSize(1);
        }
    }

    @Test
    void aPubackCanBeMissingRefusedLateOrDoubled() throws Exception {
        cloud.iot()
                .fault(
                        LinkFault.onPublish("kinesis/never", new Spoil.Unanswered()),
                        LinkFault.onPublish("kinesis/refused", new Spoil.Refused(0x80)),
                        LinkFault.onPublish("kinesis/late", new Spoil.Late(Duration.ofSeconds(1))),
                        LinkFault.onPublish("kinesis/twice", new Spoil.Twice()));
        try (Subscriber subscriber = cloud.subscribe("kinesis/#");
                RawMqtt client = connected(clientId())) {
            client.publish(1, "kinesis/never");
            assertThat(client.publish(2, "kinesis/refused").next()).isEqualTo("PUBACK 2 0x80");
            assertThat(client.publish(3, "kinesis/twice").next()).isEqualTo("PUBACK 3 0x00");
            assertThat(client.next()).isEqualTo("PUBACK 3 0x00");
            long sent = System.nanoTime();
            client.publish(4, "kinesis/late");
            assertThat(client.next()).isEqualTo("PUBACK 4 0x00");
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertUsable(client);
            await().until(() -> subscriber.count() == 4);
            assertThat(subscriber.texts("kinesis/never")).hasSize(1);
            assertThat(subscriber.texts("kinesis/refused")).isEmpty();
            assertThat(cloud.iot().met()).isEqualTo(4);
        }
    }

    // Only a time-out of its own tells a client that such a connection is dead.
    @Test
    void halfOpenTakesNothingAndSilenceTakesAllAndNeitherSaysAnythingAgain() throws Exception {
        assertSaysNothing(new Spoil.HalfOpen(), false);
        assertSaysNothing(new Spoil.Silence(), true);
    }

    private static void assertSaysNothing(Spoil.Ending ending, boolean takesAll) throws Exception {
        String id = clientId();
        try (Subscriber subscriber = cloud.subscribe("kinesis/#")) {
            RawMqtt client = connected(id);
            cloud.iot().fault();
            cloud.iot().end(ending, id);
            await().until(() -> cloud.iot().met() == 1);
            // What was sent into it before it took hold may be answered still.
            await().until(() -> client.send(PING).next(A_WHILE).equals("nothing"));
            client.publish(1, "kinesis/lost");
            assertThat(client.next(A_WHILE)).isEqualTo("nothing");
            assertThat(cloud.iot().live()).as("the socket stays").isNotEmpty();
            AtomicInteger sent = new AtomicInteger();
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> flood(client, sent));
            await().until(() -> {
                int before = sent.get();
                return client.next(A_WHILE).equals("nothing") && sent.get() == before && before > 0;
            });
            assertThat(sent.get() == FLOOD).as("takes all: %s", ending).isEqualTo(takesAll);
            cloud.iot().cutAll();
            await().until(flood::isDone);
            client.close();
            assertThat(subscriber.count()).isZero();
        }
    }

    private static void flood(RawMqtt client, AtomicInteger sent) {
        byte[] publish = RawMqtt.publishPacket(0x30, 0, "kinesis/flood", new byte[0], new byte[100_000]);
        try {
            for (int i = 0; i < FLOOD; i++) {
                client.send(publish);
                sent.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
