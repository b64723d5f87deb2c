package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.Mosquitto;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The producer against a real broker, unsigned. */
class MosquittoIT {

    private Mosquitto broker;
    private CamelContext camel;
    private final Queue<String> arrived = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start();
        camel = new DefaultCamelContext();
        camel.getRegistry().bind("paho-mqtt5", new IotMqttComponent());
        // The other end is Camel's own consumer, through the same component.
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("paho-mqtt5:#?qos=1&clientId=reader&brokerUrl=" + broker.plainUrl())
                        .process(e -> arrived.add(e.getMessage().getBody(String.class)));
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        broker.close();
    }

    /** A publish that is lost, repeated or never settled under load, or connections that fight over a client id. */
    @Test
    void everyMessageArrivesOnceOverFourWebSockets() throws Exception {
        String uri = "paho-mqtt5:load?qos=1&clientId=bridge&connections=4&brokerUrl=ws://127.0.0.1:"
                + broker.webSocketPort() + "/mqtt";
        int messages = 5_000;
        Set<Integer> settled = ConcurrentHashMap.newKeySet();
        AtomicInteger failures = new AtomicInteger();
        Semaphore window = new Semaphore(400);
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            for (int i = 0; i < messages; i++) {
                int number = i;
                window.acquire();
                template.asyncSend(uri, exchange -> {
                            exchange.getIn().setBody("message " + number);
                            exchange.getIn()
                                    .setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "load/" + number % 7);
                        })
                        .whenComplete((exchange, thrown) -> {
                            window.release();
                            if (thrown != null || exchange.getException() != null) {
                                failures.incrementAndGet();
                            }
                            assertThat(settled.add(number)).isTrue();
                        });
            }
            await().until(() -> settled.size() == messages);
            assertThat(camel.getComponent("paho-mqtt5", IotMqttComponent.class).status())
                    .isEqualTo(new SinkStatus(4, 4, 0, true, Optional.empty()));
        }
        assertThat(failures).hasValue(0);
        await().until(() -> arrived.size() >= messages);
        assertThat(arrived)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, messages)
                        .mapToObj(i -> "message " + i)
                        .toList());
    }

    /** Plain brokers over plain TCP must work through the same component. */
    @Test
    void publishesOverTcpToo() {
        Exchange answer = camel.createProducerTemplate()
                .request("paho-mqtt5:plain?qos=1&clientId=tcp&brokerUrl=" + broker.plainUrl(), e -> e.getIn()
                        .setBody("hello"));
        assertThat(answer.getException()).isNull();
        await().until(() -> arrived.contains("hello"));
    }
}
