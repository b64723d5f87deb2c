package io.github.kinesisiot.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A span whose parent is known only when the record is first published, long after it has begun. Thread-safe. */
final class OpenTelemetrySpan implements RecordSpan {

    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("bridge.outcome");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("bridge.reason");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("bridge.attempts");

    private static final TextMapGetter<UnaryOperator<String>> GIVEN = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(UnaryOperator<String> given) {
            return List.of();
        }

        @Override
        public String get(UnaryOperator<String> given, String name) {
            return given == null ? null : given.apply(name);
        }
    };

    private final TextMapPropagator propagator;
    private final SpanBuilder builder;
    private Span span;
    private boolean published;
    private long attempts = 1;

    OpenTelemetrySpan(TextMapPropagator propagator, SpanBuilder builder) {
        this.propagator = propagator;
        this.builder = builder;
    }

    @Override
    public synchronized void publishing(String topic, UnaryOperator<String> given, BiConsumer<String, String> tell) {
        if (span == null) {
            begin(propagator.extract(Context.root(), given, GIVEN));
        }
        published = true;
        span.setAttribute("messaging.destination.name", topic);
        span.addEvent("handed over");
        propagator.inject(Context.root().with(span), tell, BiConsumer::accept);
    }

    @Override
    public synchronized void failed(String reason) {
        begun().addEvent("attempt failed", Attributes.of(REASON, reason, ATTEMPTS, attempts));
        attempts++;
        published = false;
    }

    @Override
    public synchronized void settled() {
        end(published ? "published" : "settled");
    }

    @Override
    public synchronized void givenUp(String reason) {
        begun().setAttribute(REASON, reason).setStatus(StatusCode.ERROR, reason);
        end("dead-letter");
    }

    private void end(String outcome) {
        begun().setAttribute(OUTCOME, outcome).setAttribute(ATTEMPTS, attempts).end();
    }

    /** A record that never came to be published has no parent. */
    private Span begun() {
        if (span == null) {
            begin(Context.root());
        }
        return span;
    }

    private void begin(Context parent) {
        span = builder.setParent(parent)
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute("messaging.system", "mqtt")
                .setAttribute("messaging.operation.type", "send")
                .startSpan();
    }
}
