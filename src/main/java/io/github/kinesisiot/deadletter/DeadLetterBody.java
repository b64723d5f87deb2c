package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The step of a dead-letter route that stores elsewhere: makes the {@link DeadLetter} of the failed exchange the body, as the line of a file of
 * letters with its end, so that bodies written one after the other are such a file. It stores nothing: the step after it does, and must fail
 * when it cannot. The letter counts as stored when the exchange has ended well.
 *
 * <p>Of the headers few are left: the topic, the partition key, which another stream is to keep, and {@link #NAME}. Others of the main route
 * may mean something to the component that comes next. Thread-safe.
 */
public final class DeadLetterBody implements Processor {

    /** Header, string: {@code shard/sequence-subsequence}. One name for each record, and names in order are records in order. */
    public static final String NAME = "CamelBridgeDeadLetterName";

    private final FailedRecords records;
    private final StoredLetters stored;

    public DeadLetterBody(FailedRecords records, StoredLetters stored) {
        this.records = records;
        this.stored = stored;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        DeadLetter letter = records.letter(exchange);
        Message message = exchange.getMessage();
        message.setBody(DeadLetterJson.ascii(letter) + "\n");
        Map<String, Object> headers = message.getHeaders();
        // The topic is for the source: when storing fails, the next try's letter tells it.
        headers.keySet().retainAll(Set.of(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC));
        headers.put(Kinesis2Constants.PARTITION_KEY, letter.partitionKey());
        headers.put(NAME, name(letter));
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange ended) {
                stored.add(letter);
            }
        });
    }

    private static String name(DeadLetter letter) {
        return "%s/%s-%06d".formatted(letter.shardId(), letter.sequenceNumber(), letter.subSequenceNumber());
    }
}
