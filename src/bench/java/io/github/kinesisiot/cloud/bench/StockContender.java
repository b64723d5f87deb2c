package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.PresignedUrl;
import io.github.kinesisiot.cloud.TrustedAuthority;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;

/** The producer of Camel's own paho-mqtt5: its thread waits for each PUBACK. As many producers as threads, each with a connection. */
final class StockContender implements Contender {
    private final CamelContext camel = new DefaultCamelContext();
    private final List<Producer> producers = new ArrayList<>();

    StockContender(Target target, int connections) throws Exception {
        camel.getRegistry().bind("paho-mqtt5", new PahoMqtt5Component());
        if (target.signed()) {
            camel.getRegistry()
                    .bind("trust", TrustedAuthority.context(target.caFile()).getSocketFactory());
        }
        camel.start();
        for (int i = 0; i < connections; i++) {
            String url = target.signed()
                    ? PresignedUrl.sign(target.url().getAuthority(), target.credentials(), Clock.systemUTC())
                            .toString()
                    : target.url().toString();
            // Not the same ids at two targets: a stopped producer whose connection is lost goes on reconnecting.
            String id = "bench-stock-" + target.url().getPort() + "-" + connections + "-" + i;
            Endpoint endpoint = camel.getEndpoint("paho-mqtt5:bench?qos=1&clientId=" + id + "&brokerUrl=RAW(" + url
                    + ")" + (target.signed() ? "&socketFactory=#trust" : ""));
            Producer producer = endpoint.createProducer();
            producer.start();
            producers.add(producer);
        }
    }

    @Override
    public int window() {
        return producers.size();
    }

    @Override
    public int threads() {
        return producers.size();
    }

    @Override
    public void publish(int place, String topic, byte[] payload, Answer answer) throws Exception {
        Producer producer = producers.get(place);
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getIn().setBody(payload);
        exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, topic);
        producer.process(exchange);
        answer.settled(exchange.getException());
    }

    @Override
    public void close() {
        producers.forEach(Producer::stop);
        camel.stop();
    }
}
