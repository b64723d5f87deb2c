package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.trace.RecordSpan;
import io.github.kinesisiot.trace.RecordTracing;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.DefaultConsumer;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Sends a record through the consumer's route as a new exchange. The record is settled when the exchange ends without an exception and is
 * not marked for rollback; what an error handler of the route has dealt with counts as settled.
 */
final class RouteAttempt implements Attempt {

    private final DefaultConsumer consumer;
    private final AsyncProcessor route;
    private final String stream;
    private final RecordTracing tracing;

    /** @param tracing null for none */
    RouteAttempt(DefaultConsumer consumer, AsyncProcessor route, String stream, RecordTracing tracing) {
        this.consumer = consumer;
        this.route = route;
        this.stream = stream;
        this.tracing = tracing;
    }

    @Override
    public void start(HeldRecord record, End end) {
        Exchange exchange = consumer.createExchange(false);
        fill(exchange, record);
        if (tracing != null) {
            trace(exchange, record);
        }
        route.process(exchange, doneSync -> {
            Throwable failure = failure(exchange);
            try {
                clear(exchange, record, failure);
            } finally {
                // Whatever throws above: a record whose attempt never ends holds up its shard until a restart.
                end.of(failure);
            }
        });
    }

    private static Throwable failure(Exchange exchange) {
        Throwable failure = exchange.getException();
        return failure == null && exchange.isRollbackOnly()
                ? new RollbackExchangeException("the route marked the exchange for rollback", exchange)
                : failure;
    }

    private void clear(Exchange exchange, HeldRecord record, Throwable failure) {
        if (failure != null) {
            record.lastTopic = exchange.getMessage()
                    .getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, record.lastTopic, String.class);
        }
        if (record.span != null) {
            ended(record.span, exchange, failure);
        }
        consumer.releaseExchange(exchange, false);
    }

    private void trace(Exchange exchange, HeldRecord record) {
        if (record.span == null) {
            record.span = tracing.of(stream, record.shard.id, record.position.toString(), record.acceptedAt);
        }
        exchange.setProperty(RecordSpan.PROPERTY, record.span);
    }

    private static void ended(RecordSpan span, Exchange exchange, Throwable failure) {
        if (failure != null) {
            span.failed(Problems.code(failure));
        } else if (exchange.getExchangeExtension().isFailureHandled()) {
            span.givenUp(Problems.code(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
        } else {
            span.settled();
        }
    }

    private static void fill(Exchange exchange, HeldRecord record) {
        KinesisClientRecord data = record.data;
        Message message = exchange.getMessage();
        message.setBody(bytes(data.data()));
        message.setHeader(Kinesis2Constants.PARTITION_KEY, data.partitionKey());
        message.setHeader(Kinesis2Constants.SEQUENCE_NUMBER, data.sequenceNumber());
        message.setHeader(Kinesis2Constants.SHARD_ID, record.shard.id);
        Instant arrival = data.approximateArrivalTimestamp();
        if (arrival != null) {
            message.setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, arrival);
            message.setHeader(Kinesis2Constants.MESSAGE_TIMESTAMP, arrival.toEpochMilli());
        }
        message.setHeader(RecordHeaders.SUB_SEQUENCE_NUMBER, data.subSequenceNumber());
        message.setHeader(RecordHeaders.ATTEMPT, record.attempt);
        exchange.setProperty(RecordHeaders.FIRST_ATTEMPT_AT, record.firstAttemptAt);
        exchange.setProperty(RecordHeaders.WANTED, (BooleanSupplier) () -> !record.shard.lost);
        if (record.lastFailure != null) {
            exchange.setProperty(RecordHeaders.LAST_FAILURE, record.lastFailure);
            exchange.setProperty(RecordHeaders.LAST_TOPIC, record.lastTopic);
        }
    }

    private static byte[] bytes(ByteBuffer data) {
        ByteBuffer view = data.duplicate();
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }
}
