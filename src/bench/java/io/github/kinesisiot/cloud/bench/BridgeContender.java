package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.Accounts;
import io.github.kinesisiot.iot.IotMqttComponent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The bridge's paho-mqtt5 producer with its pool, called as a route calls it. */
final class BridgeContender implements Contender {
    private static final int PER_CONNECTION = 100;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final CamelContext camel = new DefaultCamelContext();
    private final int connections;
    private final Endpoint endpoint;
    private final AsyncProducer producer;

    /** @param rate publishes per second and connection; 0 for no limit */
    BridgeContender(Target target, int connections, int rate) throws Exception {
        this.connections = connections;
        IotMqttComponent component = new IotMqttComponent();
        camel.getRegistry().bind("paho-mqtt5", component);
        String uri = "paho-mqtt5:bench?qos=1&clientId=bench-bridge&connections=" + connections + "&publishRate=" + rate
                + "&maxInFlight=" + PER_CONNECTION + "&brokerUrl=" + target.url();
        if (target.signed()) {
            camel.getRegistry().bind("session", StaticCredentialsProvider.create(target.credentials()));
            uri += "&credentialsProvider=#session&signingRegion=" + Accounts.TARGET_REGION + "&caFile="
                    + target.caFile();
            uri += rate == 0 ? "&bytesPerSecond=0" : "";
        }
        camel.start();
        endpoint = camel.getEndpoint(uri);
        producer = endpoint.createAsyncProducer();
        producer.start();
        long end = System.nanoTime() + LIMIT_NANOS;
        while (component.status().up() < connections) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not connected: " + component.status());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Override
    public int window() {
        return PER_CONNECTION * connections;
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    public void publish(int place, String topic, byte[] payload, Answer answer) {
        Exchange exchange = endpoint.createExchange();
        exchange.getIn().setBody(payload);
        exchange.getIn().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, topic);
        producer.process(exchange, doneSync -> answer.settled(exchange.getException()));
    }

    @Override
    public void close() {
        producer.stop();
        camel.stop();
    }
}
