package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** One page in a {@link Browser}, with all that it asked for and all that it complained about. Thread-safe. */
public final class Tab implements AutoCloseable {
    private final Browser browser;
    private final String session;
    private final String target;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    Tab(Browser browser, String session, String target) {
        this.browser = browser;
        this.session = session;
        this.target = target;
    }

    void show(URI address, Browser.Screen screen) {
        for (String domain : List.of("Runtime", "Log", "Network", "Page")) {
            send(domain + ".enable", Map.of());
        }
        resize(screen);
        send("Page.navigate", Map.of("url", address.toString()));
    }

    public void resize(Browser.Screen screen) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        screen.width(),
                        "height",
                        screen.height(),
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        screen.width() < 500));
        send(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", screen.dark() ? "dark" : "light"))));
    }

    void event(String method, JsonNode event) {
        switch (method) {
            case "Network.requestWillBeSent" ->
                requests.add(event.at("/request/url").asText());
            case "Runtime.exceptionThrown" -> errors.add(event.toString());
            case "Runtime.consoleAPICalled" -> {
                if (event.get("type").asText().equals("error")) {
                    errors.add(event.toString());
                }
            }
            case "Log.entryAdded" -> {
                if (event.at("/entry/level").asText().equals("error")) {
                    errors.add(event.toString());
                }
            }
            default -> {
                // Not asked about.
            }
        }
    }

    /** The value of an expression of JavaScript, or of its promise. */
    public JsonNode evaluate(String expression) {
        JsonNode answer =
                send("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.at("/result/value");
    }

    /** What stands at the first element that matches; empty where there is none. */
    public String text(String selector) {
        return evaluate("document.querySelector('" + selector + "')?.innerText ?? ''")
                .asText();
    }

    public int count(String selector) {
        return evaluate("document.querySelectorAll('" + selector + "').length").asInt();
    }

    /** What axe-core has against the page as it stands, one line each. */
    public List<String> accessibilityProblems() {
        try {
            evaluate(Files.readString(NodePackages.accessibility().resolve("node_modules/axe-core/axe.min.js")) + ";0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonNode found = evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.help + ': '"
                + " + v.nodes.map(n => n.html + ' ' + n.any.map(a => a.message)).join(' | ')))");
        List<String> problems = new CopyOnWriteArrayList<>();
        found.forEach(problem -> problems.add(problem.asText()));
        return problems;
    }

    /** Every address asked for since the page was opened. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** What the console shows in red. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** The page as far as the screen goes, a PNG. */
    public byte[] screenshot() {
        JsonNode answer = send("Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode(answer.get("data").asText());
    }

    private JsonNode send(String method, Map<String, ?> parameters) {
        return browser.send(session, method, parameters);
    }

    @Override
    public void close() {
        browser.forget(session);
        browser.send(null, "Target.closeTarget", Map.of("targetId", target));
    }
}
