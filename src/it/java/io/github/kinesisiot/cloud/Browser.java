package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * A real browser without a window: Chromium, driven by its own DevTools protocol. It reaches nothing but 127.0.0.1. Thread-safe.
 */
public final class Browser implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Pattern LISTENING = Pattern.compile("(?m)^DevTools listening on (ws://\\S+)$");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildProcess process;
    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Map<String, BiConsumer<String, JsonNode>> events = new ConcurrentHashMap<>();

    private Browser(ChildProcess process) {
        this.process = process;
        URI address = URI.create(process.awaitLine(LISTENING, START).group(1));
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Incoming())
                .orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** @param directory for its log and its profile */
    public static Browser start(Path directory) {
        List<String> command = List.of(
                Programs.chromium().toString(),
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("browser"),
                // Its sandbox does not work for root in a container, and it sees nothing but our own page.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "about:blank");
        ChildProcess process = ChildProcess.start(
                "browser", directory.resolve("browser.log"), directory, Map.of(), Duration.ofSeconds(5), command);
        try {
            return new Browser(process);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** A page of its own. */
    public Tab open(URI address, Screen screen) {
        String target = send(null, "Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .asText();
        String session = send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asText();
        Tab tab = new Tab(this, session, target);
        events.put(session, tab::event);
        tab.show(address, screen);
        return tab;
    }

    /** @param width in CSS pixels, as {@code height} */
    public record Screen(int width, int height, boolean dark) {}

    JsonNode send(String session, String method, Map<String, ?> parameters) {
        int id = lastId.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (session != null) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        synchronized (socket) {
            socket.sendText(message.toString(), true)
                    .orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        JsonNode said = answer.orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS).join();
        if (said.has("error")) {
            throw new IllegalStateException(method + ": " + said.get("error"));
        }
        return said.get("result");
    }

    void forget(String session) {
        events.remove(session);
    }

    @Override
    public void close() {
        socket.abort();
        process.close();
    }

    private final class Incoming implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                received(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void received(String text) {
            try {
                JsonNode said = JSON.readTree(text);
                if (said.has("id")) {
                    answers.remove(said.get("id").asInt()).complete(said);
                } else {
                    events.getOrDefault(said.path("sessionId").asText(), (method, parameters) -> {})
                            .accept(said.get("method").asText(), said.get("params"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
