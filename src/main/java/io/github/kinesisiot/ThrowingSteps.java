package io.github.kinesisiot;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Makes what a step throws a failure of its exchange. Camel's engine forgets an Error, or an exception of an asynchronous producer, that
 * is thrown instead of being set: the exchange then never ends, and the record waits, unsaid, for as long as the process lives.
 *
 * <p>What fails inside a split or a multicast fails as itself, without Camel's wrapper around it: dead letter and hold go by its reason.
 * Thread-safe.
 */
final class ThrowingSteps implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new Step(AsyncProcessorConverterHelper.convert(target));
    }

    private static final class Step extends DelegateAsyncProcessor {

        private Step(AsyncProcessor step) {
            super(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            var ended = new AtomicBoolean();
            AsyncCallback once = doneSync -> {
                if (ended.compareAndSet(false, true)) {
                    unwrap(exchange);
                    callback.done(doneSync);
                }
            };
            try {
                return super.process(exchange, once);
            } catch (RuntimeException | Error thrown) {
                if (ended.get()) {
                    throw thrown;
                }
                exchange.setException(thrown);
                once.done(true);
                return true;
            }
        }

        private static void unwrap(Exchange exchange) {
            Throwable failure = exchange.getException();
            Throwable inner = failure;
            while (inner != null
                    && !(inner instanceof ReasonCoded)
                    && inner.getClass() == CamelExchangeException.class) {
                inner = inner.getCause();
            }
            if (inner != null && inner != failure) {
                exchange.setException(inner);
            }
        }
    }
}
