package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.Accounts;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.GateConnection;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.time.SystemProperties;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The producer against an endpoint that checks signatures as AWS does. */
class SignedPoolIT {

    private LocalCloud cloud;
    private TestSessions sessions;
    private CamelContext camel;
    private IotMqttComponent component;
    private ProducerTemplate template;
    private final Semaphore window = new Semaphore(50);
    private final AtomicInteger sent = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() throws Exception {
        if (template != null) {
            template.close();
        }
        camel.stop();
        sessions.close();
        cloud.close();
    }

    private void start(CloudOptions options) throws Exception {
        cloud = LocalCloud.start(options.only(Part.STS, Part.IOT));
        sessions = TestSessions.of(cloud);
        camel = new DefaultCamelContext();
        component = new IotMqttComponent();
        camel.getRegistry().bind("paho-mqtt5", component);
        camel.getRegistry().bind("assumedRole", sessions);
        camel.start();
        template = camel.createProducerTemplate();
    }

    private String uri(int connections, String more) {
        return "paho-mqtt5:signed?clientId=bridge&credentialsProvider=#assumedRole&signingRegion="
                + Accounts.TARGET_REGION + "&connections=" + connections + "&caFile=" + cloud.caFile()
                + "&brokerUrl=wss://"
                + cloud.iot().endpoint() + "/mqtt" + more;
    }

    private void publish(String uri) throws InterruptedException {
        window.acquire();
        int number = sent.getAndIncrement();
        template.asyncSend(uri, exchange -> exchange.getIn().setBody("message " + number))
                .whenComplete((exchange, thrown) -> {
                    window.release();
                    if (exchange.getException() != null) {
                        failures.add(exchange.getException());
                    }
                });
    }

    private void settleAll() {
        await().until(() -> window.availablePermits() == 50);
    }

    /** The promise of the sink: sessions come and go, and no publish fails because of it. */
    @Test
    void aRenewedSessionMovesEveryConnectionAndNoPublishFails() throws Exception {
        start(CloudOptions.defaults().sessionLifetime(Duration.ofSeconds(5)));
        Subscriber subscriber = cloud.subscribe("signed");
        String uri = uri(4, "");
        for (int session = 1; session <= 4; session++) {
            sessions.begin();
            long until = System.nanoTime() + Duration.ofMillis(2500).toNanos();
            while (System.nanoTime() - until < 0) {
                publish(uri);
            }
        }
        settleAll();
        assertThat(failures).isEmpty();
        assertThat(cloud.iot().closedOnExpiry()).isZero();
        assertThat(cloud.iot().refusals()).isEmpty();
        assertThat(cloud.iot().accepted().stream().map(GateConnection::session).collect(Collectors.toSet()))
                .hasSize(4);
        await().until(() -> cloud.iot().live().size() == 4 && component.status().draining() == 0);
        await().until(() -> subscriber.count() >= sent.get());
        assertThat(subscriber.texts("signed")).hasSize(sent.get()).doesNotHaveDuplicates();
    }

    /** Starting before the role can be assumed must neither fail nor count as a failed connection. */
    @Test
    void withoutASessionItWaitsAndThenConnectsAtOnce() throws Exception {
        start(CloudOptions.defaults());
        String uri = uri(2, "");
        publish(uri);
        await().until(() -> component.status().lastProblem().orElse("").contains("waiting for a session"));
        long begin = System.nanoTime();
        sessions.begin();
        settleAll();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(failures).isEmpty();
        assertThat(cloud.iot().refusals()).isEmpty();
    }

    /** A 403 must be reported to the session's owner, explained, and healed by itself. */
    @Test
    void aRefusedSessionIsReportedAndTheConnectionsComeBack() throws Exception {
        start(CloudOptions.defaults());
        sessions.begin();
        cloud.iot().fault(GateFault.REFUSE);
        String uri = uri(2, "");
        publish(uri);
        await().until(() -> !sessions.refused.isEmpty());
        await().until(() -> component.status().lastProblem().isPresent());
        assertThat(component.status().lastProblem().orElseThrow())
                .contains("HTTP 403 ForbiddenException", "eu-central-1", "session 1")
                .doesNotContain("X-Amz");
        assertThat(component.status().up()).isZero();
        cloud.iot().fault(GateFault.NONE);
        settleAll();
        assertThat(failures).isEmpty();
        await().until(() -> component.status().lastProblem().isEmpty());
        assertThat(component.status().up()).isEqualTo(2);
    }

    /** What was in flight on a dead connection must fail at once and be retried by its owner, not wait for a time-out. */
    @Test
    void connectionsThatAreCutFailWhatIsInFlightAtOnceAndComeBack() throws Exception {
        start(CloudOptions.defaults());
        sessions.begin();
        String uri = uri(2, "&publishRate=0");
        publish(uri);
        settleAll();
        cloud.iot().roundTrip(Duration.ofSeconds(4));
        for (int i = 0; i < 20; i++) {
            publish(uri);
        }
        cloud.iot().cutAll();
        // Not by the time-out, which has another code.
        await().until(() -> !failures.isEmpty());
        assertThat(failures).allSatisfy(e -> assertThat(e)
                .isInstanceOfSatisfying(PublishFailedException.class, f -> assertThat(f.reasonCode())
                        .isEqualTo("CONNECTION_LOST")));
        cloud.iot().roundTrip(Duration.ZERO);
        settleAll();
        failures.clear();
        publish(uri);
        settleAll();
        assertThat(failures).isEmpty();
    }

    /** A denied publish is no success, and the message must name the statement that is missing. */
    @Test
    void aDeniedTopicFailsWithTheStatementToAdd() throws Exception {
        start(CloudOptions.defaults());
        sessions.begin();
        Exchange answer = template.send(uri(1, ""), exchange -> {
            exchange.getIn().setBody("x");
            exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "forbidden/topic");
        });
        assertThat(answer.getException())
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining(
                        "Allow iot:Publish on arn:aws:iot:eu-central-1:222222222222:topic/forbidden/topic to assumed-role/bridge/test");
        assertThat(((PublishException) answer.getException()).reasonCode()).isEqualTo("NOT_AUTHORIZED");
        assertThat(component.status().publishing()).isFalse();
    }

    /** A certificate of an unknown authority must be refused, and the message must name the option for a private one. */
    @Test
    void aCertificateNobodyTrustsIsRefusedAndExplained() throws Exception {
        start(CloudOptions.defaults());
        sessions.begin();
        template.asyncSend(uri(1, "&publishTimeout=1s").replaceFirst("&caFile=[^&]*", ""), e -> e.getIn()
                .setBody("x"));
        await().until(() -> component.status().lastProblem().isPresent());
        assertThat(component.status().lastProblem().orElseThrow()).contains("no TLS connection", "caFile");
        assertThat(cloud.iot().accepted()).isEmpty();
    }

    /** Without the check of the name anyone with a certificate of the same authority could take the messages. */
    @Test
    void aCertificateForAnotherNameIsRefusedUnlessTheCheckIsTurnedOff() throws Exception {
        start(CloudOptions.defaults());
        sessions.begin();
        throughProxy(proxy -> {
            String otherName = uri(1, "&publishTimeout=2s").replace("wss://localhost:", "wss://other.example:");
            Exchange refused = template.send(otherName, e -> e.getIn().setBody("x"));
            assertThat(refused.getException())
                    .hasMessageContaining("no TLS connection")
                    .hasMessageContaining("other.example");
            assertThat(cloud.iot().accepted()).isEmpty();
            Exchange accepted = template.send(
                    otherName.replace("clientId=bridge", "clientId=careless")
                            + "&httpsHostnameVerificationEnabled=false",
                    e -> e.getIn().setBody("x"));
            assertThat(accepted.getException()).isNull();
        });
    }

    /** In many companies the only way out is a proxy; the JVM's properties for it must hold here too. */
    @Test
    void anHttpsProxyIsUsed() throws Exception {
        start(CloudOptions.defaults());
        sessions.begin();
        throughProxy(proxy -> {
            Exchange answer = template.send(uri(1, ""), e -> e.getIn().setBody("x"));
            assertThat(answer.getException()).isNull();
            assertThat(proxy.targets()).containsExactly(cloud.iot().endpoint());
        });
    }

    private void throughProxy(Consumer<ConnectProxy> test) throws Exception {
        try (ConnectProxy proxy = new ConnectProxy();
                var properties = new SystemProperties()) {
            properties
                    .set("https.proxyHost", "127.0.0.1")
                    .set("https.proxyPort", String.valueOf(proxy.port()))
                    .set("http.nonProxyHosts", "nobody");
            test.accept(proxy);
        }
    }
}
