package io.github.kinesisiot.deadletter;

import io.github.kinesisiot.ReasonCoded;
import io.github.kinesisiot.kinesis.RecordHeaders;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;

/** Makes the {@link DeadLetter} of a failed exchange: the record as it was read, and why it failed. Thread-safe, and changes nothing. */
public final class FailedRecords {

    /** The sentence of a reason may quote the record; a letter stays readable. */
    private static final int LONGEST_MESSAGE = 2000;

    private final Origin origin;
    private final Clock clock;

    /** What all letters of this container have in common. */
    public record Origin(String bridge, String stream) {}

    public FailedRecords(Origin origin, Clock clock) {
        this.origin = origin;
        this.clock = clock;
    }

    DeadLetter letter(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Message now = exchange.getMessage();
        // What was read from the stream, not what the route had made of it when it failed.
        Message read = exchange.getUnitOfWork() == null ? now : originalOr(now, exchange);
        byte[] payload = read.getBody(byte[].class);
        return new DeadLetter(
                clock.instant(),
                failure instanceof ReasonCoded coded ? coded.reasonCode() : "ROUTE_STEP_FAILED",
                failure == null ? "" : cut(failure.getClass().getSimpleName() + ": " + failure.getMessage()),
                read.getHeader(Kinesis2Constants.PARTITION_KEY, String.class),
                read.getHeader(Kinesis2Constants.SEQUENCE_NUMBER, String.class),
                read.getHeader(RecordHeaders.SUB_SEQUENCE_NUMBER, 0L, Long.class),
                origin.stream(),
                read.getHeader(Kinesis2Constants.SHARD_ID, String.class),
                read.getHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, Instant.class),
                now.getHeader(
                        PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC,
                        // A record that is given up is given up before its topic is made once more.
                        exchange.getProperty(RecordHeaders.LAST_TOPIC, String.class),
                        String.class),
                read.getHeader(RecordHeaders.ATTEMPT, 1, Integer.class),
                exchange.getProperty(RecordHeaders.FIRST_ATTEMPT_AT, Instant.class),
                origin.bridge(),
                // Not where it failed, which may be a part route: replay begins at the beginning.
                exchange.getFromRouteId(),
                headersOf(now),
                payload == null ? new byte[0] : payload);
    }

    private static Message originalOr(Message now, Exchange exchange) {
        Message original = exchange.getUnitOfWork().getOriginalInMessage();
        return original == null ? now : original;
    }

    private static Map<String, String> headersOf(Message message) {
        var headers = new TreeMap<String, String>();
        message.getHeaders().forEach((name, value) -> {
            boolean known = name.startsWith("CamelAwsKinesis") || name.startsWith("Kinesis");
            if (!known && (value instanceof CharSequence || value instanceof Number || value instanceof Boolean)) {
                headers.put(name, value.toString());
            }
        });
        return headers;
    }

    private static String cut(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }
}
