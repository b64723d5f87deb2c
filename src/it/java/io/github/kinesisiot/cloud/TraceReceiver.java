package io.github.kinesisiot.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** What a collector of OpenTelemetry is to the bridge: takes spans by OTLP over HTTP, on loopback. Thread-safe. */
public final class TraceReceiver implements AutoCloseable {

    private final HttpServer server;
    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
    private volatile int answer = 200;

    private TraceReceiver(HttpServer server) {
        this.server = server;
    }

    public static TraceReceiver start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
            var receiver = new TraceReceiver(server);
            server.createContext("/v1/traces", receiver::take);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Points a bridge at it. */
    public Map<String, String> environment() {
        return Map.of(
                "TRACING_ENABLED", "true",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                "OTEL_BSP_SCHEDULE_DELAY", "100");
    }

    /** From now on it takes nothing and answers with this status. */
    public void refuse(int status) {
        answer = status;
    }

    /** All it has taken, with what is known of their sender. */
    public List<ResourceSpans> received() {
        return List.copyOf(received);
    }

    private void take(HttpExchange exchange) throws IOException {
        boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"));
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            var request = ExportTraceServiceRequest.parseFrom(gzip ? new GZIPInputStream(body) : body);
            if (answer == 200) {
                received.addAll(request.getResourceSpansList());
            }
            exchange.getResponseHeaders().add("content-type", "application/x-protobuf");
            exchange.sendResponseHeaders(answer, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
