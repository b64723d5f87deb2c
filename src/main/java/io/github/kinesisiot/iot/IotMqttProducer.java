package io.github.kinesisiot.iot;

import io.github.kinesisiot.trace.RecordSpan;
import io.github.kinesisiot.trace.RecordTracing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.DefaultAsyncProducer;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * Publishes the body of each exchange. The exchange goes on when the broker has acknowledged the message with success, or with a
 * {@link PublishException}.
 *
 * <p>Never blocks the caller. The route continues on a thread of the pool's, where it may block.
 */
final class IotMqttProducer extends DefaultAsyncProducer {

    private final MessageRules rules;
    private volatile Pool pool;
    private boolean traced;

    IotMqttProducer(IotMqttEndpoint endpoint) {
        super(endpoint);
        this.rules = MessageRules.of(endpoint.quotas(), endpoint.isSigned());
    }

    @Override
    public IotMqttEndpoint getEndpoint() {
        return (IotMqttEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        traced = getEndpoint().getCamelContext().getRegistry().findSingleByType(RecordTracing.class) != null;
        // Connects in the background: a broker that is away is no reason not to start.
        pool = getEndpoint().getComponent().acquire(PoolSettingsReader.read(getEndpoint()));
    }

    @Override
    protected void doStop() throws Exception {
        Pool used = pool;
        pool = null;
        if (used != null) {
            getEndpoint().getComponent().release(used);
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message;
        Pool open = pool;
        try {
            if (open == null) {
                throw new PublishFailedException("NOT_CONNECTED", "the producer is stopped", null);
            }
            message = message(exchange);
        } catch (PublishException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        // Only as the source has put it there: a meter converts nothing, and fails no publish.
        Instant arrivedAt = exchange.getIn().getHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME) instanceof Instant arrival
                ? arrival
                : null;
        open.publish(message, arrivedAt, (publish, failure) -> {
            if (failure != null) {
                exchange.setException(failure);
            }
            callback.done(false);
        });
        return false;
    }

    /** Headers and user properties of the route's own say what the span's parent is; a subscriber goes on from the span. */
    private static void trace(Exchange exchange, String topic, MqttProperties properties) {
        RecordSpan span = exchange.getProperty(RecordSpan.PROPERTY, RecordSpan.class);
        if (span == null) {
            return; // not of the stream
        }
        List<UserProperty> all = new ArrayList<>(properties.getUserProperties());
        span.publishing(
                topic,
                name -> all.stream()
                        .filter(property -> property.getKey().equals(name))
                        .map(UserProperty::getValue)
                        .findFirst()
                        .orElseGet(() -> exchange.getIn().getHeader(name, String.class)),
                (name, value) -> {
                    all.removeIf(property -> property.getKey().equals(name));
                    all.add(new UserProperty(name, value));
                });
        properties.setUserProperties(all);
    }

    private Message message(Exchange exchange) {
        org.apache.camel.Message in = exchange.getIn();
        PahoMqtt5Configuration options = getEndpoint().getConfiguration();
        try {
            String topic = in.getHeader(
                    PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, getEndpoint().getTopic(), String.class);
            Integer qos = in.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, options.getQos(), Integer.class);
            Boolean retained =
                    in.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_RETAINED, options.isRetained(), Boolean.class);
            byte[] payload = in.getBody(byte[].class);
            if (payload == null) {
                throw new PublishRefusedException(
                        "PAYLOAD_MISSING", "there is no body, or none that can be converted to bytes");
            }
            if (qos == null || qos < 0 || qos > 2) {
                throw new PublishRefusedException("QOS_INVALID", "qos must be 0, 1 or 2, not " + qos);
            }
            MqttProperties properties = getEndpoint().messageProperties().of(in);
            if (traced) {
                trace(exchange, topic, properties);
            }
            MqttMessage content = new MqttMessage(payload, qos, Boolean.TRUE.equals(retained), properties);
            return Message.checked(rules, topic, content);
        } catch (TypeConversionException e) {
            throw new PublishRefusedException(
                    "MESSAGE_INVALID", "a header or the body has the wrong type: " + e.getMessage());
        }
    }
}
