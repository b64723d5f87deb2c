package io.github.kinesisiot.trace;

import io.github.kinesisiot.log.RepeatedFault;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another exporter, of which a failure is one line a minute with the number of spans that were lost. Thread-safe. */
final class CountingExporter implements SpanExporter {

    private static final Logger LOG = LoggerFactory.getLogger(CountingExporter.class);

    private final SpanExporter exporter;
    private final RepeatedFault faults;
    private final LongAdder lost = new LongAdder();

    CountingExporter(SpanExporter exporter, RepeatedFault faults) {
        this.exporter = exporter;
        this.faults = faults;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int number = spans.size();
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            if (result.isSuccess()) {
                faults.over("export");
            } else {
                failed(number, result.getFailureThrowable());
            }
        });
        return result;
    }

    private void failed(int number, Throwable failure) {
        lost.add(number);
        faults.report("export", more -> {
            long spans = lost.sumThenReset();
            LOG.atWarn()
                    .addKeyValue("event", "spans-lost")
                    .addKeyValue("spans", spans)
                    .addKeyValue("repeated", more)
                    .log(
                            "{} spans could not be sent ({}) and are lost; records are published all the same{}",
                            spans,
                            why(failure),
                            RepeatedFault.more(more));
        });
    }

    private static String why(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root != null && root.getCause() != null && depth < 20; depth++) {
            root = root.getCause();
        }
        return root == null
                ? "no answer"
                : root.getClass().getSimpleName() + (root.getMessage() == null ? "" : ": " + root.getMessage());
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    @Override
    public String toString() {
        return exporter.toString();
    }
}
