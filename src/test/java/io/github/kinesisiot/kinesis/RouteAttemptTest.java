package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.trace.RecordSpan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteAttemptTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final TestWindow test = new TestWindow(10);
    private final List<Throwable> ends = new ArrayList<>();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** A record whose attempt never ended stayed in flight, and held up its key and its shard, until a restart. */
    @Test
    void anAttemptEndsAlsoWhenItsSpanThrows() throws Exception {
        IOException failure = new IOException("refused");
        AsyncProcessor route = new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                exchange.setException(failure);
                callback.done(true);
                return true;
            }
        };
        DefaultConsumer consumer =
                (DefaultConsumer) camel.getEndpoint("direct:records").createConsumer(exchange -> {});
        test.offer(test.window.open("shard-1"), "a", 1);
        HeldRecord record = test.inFlight.get(0).record();
        record.span = new ThrowingSpan();

        assertThatThrownBy(() -> new RouteAttempt(consumer, route, "orders", null).start(record, ends::add))
                .hasMessage("no span");

        assertThat(ends).containsExactly(failure);
    }

    private static final class ThrowingSpan implements RecordSpan {

        @Override
        public void publishing(String topic, UnaryOperator<String> given, BiConsumer<String, String> tell) {
            throw new IllegalStateException("no span");
        }

        @Override
        public void failed(String reason) {
            throw new IllegalStateException("no span");
        }

        @Override
        public void settled() {
            throw new IllegalStateException("no span");
        }

        @Override
        public void givenUp(String reason) {
            throw new IllegalStateException("no span");
        }
    }
}
