package io.github.kinesisiot.replay;

import io.github.kinesisiot.ReasonCoded;
import io.github.kinesisiot.check.FileLetters;
import io.github.kinesisiot.deadletter.DeadLetter;
import io.github.kinesisiot.iot.IotMqttComponent;
import io.github.kinesisiot.iot.PublishFailedException;
import io.github.kinesisiot.kinesis.RecordHeaders;
import io.github.kinesisiot.replay.Letters.Numbered;
import io.github.kinesisiot.replay.Replayer.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;

/**
 * The users' routes with other ends: what reads a stream is entered here instead, what would store a dead letter says so here, and routes that
 * begin with anything but another route are not started. All their steps stay.
 */
final class ReplayRoutes extends ModelLifecycleStrategySupport implements Replayer.Entry {

    private static final String DEAD_LETTER = "bridge.deadLetter";
    private static final Processor NOTHING = exchange -> {};
    private static final Processor STAYS = exchange ->
            exchange.setProperty(DEAD_LETTER, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));

    /** By the id of the route. */
    private final Map<String, String> entries = new HashMap<>();

    private final Map<String, AsyncProducer> producers = new HashMap<>();
    private CamelContext camel;

    /** Before the routes are read, after the beans are bound. */
    void prepare(CamelContext context) {
        camel = context;
        context.getCamelContextExtension().getContextPlugin(Model.class).addModelLifecycleStrategy(this);
        // Who replays has decided to try again: neither tries, age nor other records count.
        for (String bean : new String[] {"recordLimits", "hold", "deadLetterGate"}) {
            context.getRegistry().bind(bean, Processor.class, NOTHING);
        }
        // A route of another name that stores in files would store the letter a second time, in a directory that the
        // bridge holds.
        context.getRegistry().bind(FileLetters.BEAN, Processor.class, STAYS);
        // Two connections with one client id throw each other off, and the bridge runs on. Not as a setting: an
        // environment variable would go first.
        context.getRegistry()
                .findByType(IotMqttComponent.class)
                .forEach(component -> component.setClientIdSuffix("-replay"));
    }

    /** When the routes have started. */
    void open() throws Exception {
        for (var entry : entries.entrySet()) {
            AsyncProducer producer = camel.getEndpoint(entry.getValue()).createAsyncProducer();
            producer.start();
            producers.put(entry.getKey(), producer);
        }
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        String from = route.getInput().getEndpointUri();
        if (from.startsWith("aws2-kinesis:")) {
            String entry = "direct:replay-" + route.getRouteId();
            route.getInput().setUri(entry);
            entries.put(route.getRouteId(), entry);
        } else if (from.startsWith("direct:dead-letter")) {
            route.getOutputs().clear();
            route.addOutput(new ProcessDefinition(STAYS));
        } else if (!from.startsWith("direct:") && !from.startsWith("seda:")) {
            route.setAutoStartup("false");
        }
    }

    @Override
    public CompletableFuture<Outcome> publish(Numbered numbered) {
        DeadLetter letter = numbered.letter();
        AsyncProducer producer = producers.get(letter.routeId());
        if (producer == null) {
            return CompletableFuture.completedFuture(new Outcome(
                    Outcome.Kind.REFUSED,
                    "ROUTE_MISSING",
                    "it came in by route '" + letter.routeId() + "'; routes/ has " + producers.keySet()));
        }
        var ended = new CompletableFuture<Outcome>();
        Exchange exchange = exchange(letter);
        producer.process(exchange, doneSync -> ended.complete(outcome(exchange)));
        return ended;
    }

    private Exchange exchange(DeadLetter letter) {
        Exchange exchange = new DefaultExchange(camel);
        Message message = exchange.getMessage();
        message.setBody(letter.payload());
        message.setHeader(Kinesis2Constants.PARTITION_KEY, letter.partitionKey());
        message.setHeader(Kinesis2Constants.SEQUENCE_NUMBER, letter.sequenceNumber());
        message.setHeader(Kinesis2Constants.SHARD_ID, letter.shardId());
        if (letter.arrivedAt() != null) {
            message.setHeader(Kinesis2Constants.APPROX_ARRIVAL_TIME, letter.arrivedAt());
            message.setHeader(
                    Kinesis2Constants.MESSAGE_TIMESTAMP, letter.arrivedAt().toEpochMilli());
        }
        message.setHeader(RecordHeaders.SUB_SEQUENCE_NUMBER, letter.subSequenceNumber());
        message.setHeader(RecordHeaders.ATTEMPT, 1);
        return exchange;
    }

    private static Outcome outcome(Exchange exchange) {
        Throwable dead = exchange.getProperty(DEAD_LETTER, Throwable.class);
        Throwable failure = dead == null ? exchange.getException() : dead;
        if (failure == null && !exchange.isRollbackOnly()) {
            return Outcome.PUBLISHED;
        }
        String reason = failure instanceof ReasonCoded coded
                ? coded.reasonCode()
                : dead == null ? "FAILED" : "ROUTE_STEP_FAILED";
        // A missing permission waits for a person, who will replay again.
        boolean passes =
                dead == null && !(failure instanceof PublishFailedException && reason.equals("NOT_AUTHORIZED"));
        return new Outcome(
                passes ? Outcome.Kind.FAILED : Outcome.Kind.REFUSED,
                reason,
                failure == null ? "the route marked it for rollback" : String.valueOf(failure.getMessage()));
    }
}
