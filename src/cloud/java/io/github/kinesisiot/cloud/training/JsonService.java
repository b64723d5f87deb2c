package io.github.kinesisiot.cloud.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The wire of an AWS service that speaks JSON, or CBOR to clients that prefer it, over HTTP/1.1 or HTTP/2. No signature is checked.
 * All calls come from one thread.
 */
public final class JsonService {
    private final ObjectMapper json = new ObjectMapper();
    private final ObjectMapper cbor = new ObjectMapper(new CBORFactory());
    private final Operations operations;

    /** What the service does. */
    public interface Operations {

        /** @throws Refusal the answer is an error of that type */
        Map<String, ?> answer(String operation, JsonNode request) throws Refusal;
    }

    /** An error, by its type's name. */
    public static final class Refusal extends Exception {
        public Refusal(String type) {
            super(type);
        }
    }

    private JsonService(Operations operations) {
        this.operations = operations;
    }

    public static Future<HttpServer> listen(Vertx vertx, Operations operations) {
        JsonService service = new JsonService(operations);
        return vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> service.handle(request, body)))
                .listen(0, "127.0.0.1");
    }

    private void handle(HttpServerRequest request, Buffer body) {
        String type = String.valueOf(request.getHeader("Content-Type"));
        ObjectMapper wire = type.contains("cbor") ? cbor : json;
        String target = String.valueOf(request.getHeader("X-Amz-Target"));
        request.response().putHeader("Content-Type", type);
        try {
            JsonNode asked = wire.readTree(body.getBytes());
            Map<String, ?> answer;
            try {
                answer = operations.answer(target.substring(target.lastIndexOf('.') + 1), asked);
            } catch (Refusal refusal) {
                request.response().setStatusCode(400);
                answer = Map.of("__type", refusal.getMessage(), "message", "refused");
            }
            request.response().end(Buffer.buffer(wire.writeValueAsBytes(answer)));
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
