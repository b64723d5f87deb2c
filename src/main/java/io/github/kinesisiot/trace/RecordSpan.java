package io.github.kinesisiot.trace;

import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * The span of one record, over all its attempts. It begins when the record was read; its parent is what the message says when it is published for the first
 * time. Thread-safe; nothing here blocks or throws.
 */
public interface RecordSpan {

    /** Exchange property: the span of the record that the exchange carries. */
    String PROPERTY = "bridge.span";

    /**
     * The message is handed over.
     *
     * @param given what the message brings along under a name such as {@code traceparent}; null for nothing
     * @param tell is given the names and values that a subscriber goes on with
     */
    void publishing(String topic, UnaryOperator<String> given, BiConsumer<String, String> tell);

    /** One more attempt failed; the record is tried again. */
    void failed(String reason);

    /** The end: published, or settled in another way. */
    void settled();

    /** The end: the record is a dead letter. */
    void givenUp(String reason);
}
