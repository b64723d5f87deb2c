package io.github.kinesisiot.trace;

import io.github.kinesisiot.log.RepeatedFault;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Spans by the OpenTelemetry SDK, which is configured as everywhere, by {@code OTEL_*}. They are sent in batches from a bounded queue by a thread of the
 * SDK's own: what cannot be sent is dropped and counted, and no record ever waits for it. A service: its end sends what is left.
 */
public final class OpenTelemetryTracing extends ServiceSupport implements RecordTracing {

    private static final long LAST_BATCH_SECONDS = 2;

    /** The SDK's defaults are for gRPC, and for metrics and logs as well. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "kinesis-iot-bridge",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none",
            "otel.propagators", "tracecontext");

    // What fails is said in the bridge's own words. Held, since java.util.logging forgets loggers that nobody refers
    // to.
    private static final List<Logger> SAID_OTHERWISE = List.of(
            Logger.getLogger("io.opentelemetry.exporter"), Logger.getLogger("io.opentelemetry.sdk.trace.export"));

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    private OpenTelemetryTracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer("io.github.kinesisiot");
        this.propagator = sdk.getPropagators().getTextMapPropagator();
    }

    /** @throws RuntimeException when {@code OTEL_*} says what the SDK cannot do */
    public static OpenTelemetryTracing begin(Clock clock) {
        SAID_OTHERWISE.forEach(logger -> logger.setLevel(Level.OFF));
        var faults = new RepeatedFault(clock);
        return new OpenTelemetryTracing(AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> DEFAULTS)
                .addSpanExporterCustomizer((exporter, config) -> new CountingExporter(exporter, faults))
                .build()
                .getOpenTelemetrySdk());
    }

    @Override
    public RecordSpan of(String stream, String shard, String sequence, Instant readAt) {
        return new OpenTelemetrySpan(
                propagator,
                tracer.spanBuilder("publish " + stream)
                        .setStartTimestamp(readAt)
                        .setAttribute("aws.kinesis.stream_name", stream)
                        .setAttribute("aws.kinesis.shard_id", shard)
                        .setAttribute("aws.kinesis.sequence_number", sequence));
    }

    @Override
    protected void doStop() {
        sdk.getSdkTracerProvider().shutdown().join(LAST_BATCH_SECONDS, TimeUnit.SECONDS);
    }
}
