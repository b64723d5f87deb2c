package io.github.kinesisiot.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page's addresses answer, over HTTP. */
class StatusPageTest {

    private final Vertx vertx = Vertx.vertx();
    private final Snapshots bridge = new Snapshots();
    private final AtomicInteger looks = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        Router router = Router.router(vertx);
        new StatusPage(() -> {
                    looks.incrementAndGet();
                    return bridge.take();
                })
                .mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    // What a script or another page builds on: a field that disappears or changes its name breaks it.
    @Test
    void theDocumentHasTheFieldsThatTheManualDescribes() throws Exception {
        bridge.letter("TOPIC_INVALID", Snapshots.NOW.minusSeconds(1));
        JsonNode status = new ObjectMapper().readTree(get("/observe/status").body());

        assertThat(names(status))
                .containsExactly(
                        "version",
                        "at",
                        "bridge",
                        "ready",
                        "checks",
                        "path",
                        "records",
                        "window",
                        "shards",
                        "publishes",
                        "connections",
                        "session",
                        "hold",
                        "deadLetters");
        assertThat(status.get("version").asInt()).isEqualTo(1);
        assertThat(status.at("/records").toString()).isEqualTo("{\"read\":100,\"settled\":97,\"retried\":5}");
        assertThat(status.at("/window").toString())
                .isEqualTo("{\"records\":3,\"mostRecords\":2000,\"bytes\":300,\"mostBytes\":1000000,"
                        + "\"inFlight\":1,\"mostInFlight\":1000,\"keys\":2}");
        assertThat(status.at("/shards/0").toString())
                .isEqualTo(
                        "{\"stream\":\"readings\",\"id\":\"shardId-0\",\"behindSeconds\":1.5,\"waits\":false,\"held\":3,"
                                + "\"inFlight\":1,\"read\":100,\"settled\":97,\"readSeconds\":0.25,\"oldestSeconds\":2.0,"
                                + "\"checkpoint\":\"4951\",\"checkpointSeconds\":4.0,\"failing\":null}");
        assertThat(status.at("/publishes").toString())
                .isEqualTo("{\"acknowledged\":97,\"refused\":1,\"failed\":2,\"inFlight\":1,\"queued\":4}");
        assertThat(status.at("/connections/0").toString())
                .isEqualTo("{\"slot\":0,\"clientId\":\"me-0\",\"state\":\"up\",\"seconds\":12.346,\"session\":3,"
                        + "\"acknowledged\":97,\"inFlight\":1,\"problem\":null}");
        assertThat(status.at("/connections/1/clientId").isNull()).isTrue();
        assertThat(status.at("/session/nextCallAt").asText()).isEqualTo("2026-11-23T07:49:00Z");
        assertThat(status.at("/session/sessions/0").toString())
                .isEqualTo(
                        "{\"number\":3,\"begunAt\":\"2026-11-23T06:59:00Z\",\"expiresAt\":\"2026-11-23T07:59:00Z\"}");
        assertThat(status.at("/session/failures/0").toString())
                .isEqualTo("{\"reason\":\"UNREACHABLE\",\"firstAt\":\"2026-11-23T06:58:30Z\","
                        + "\"lastAt\":\"2026-11-23T06:58:50Z\",\"tries\":3}");
        assertThat(status.at("/deadLetters").toString())
                .isEqualTo(
                        "{\"total\":7,\"reasons\":[{\"reason\":\"TOPIC_INVALID\",\"count\":7,\"last\":[{\"storedAt\":"
                                + "\"2026-11-23T06:59:59Z\",\"shard\":\"shardId-0\",\"sequenceNumber\":\"17\",\"attempts\":2}]}]}");
        assertThat(status.at("/path/5/station").asText()).isEqualTo("dead-letters");
        assertThat(status.at("/path/5/state").asText()).isEqualTo("warning");
    }

    // Foreign text that ends the document early, or a browser that runs what it was not given, is an open door.
    @Test
    void theAnswersForbidABrowserEverythingThePageDoesNotNeed() throws Exception {
        HttpResponse<String> page = get("/observe/page");
        assertThat(header(page, "Content-Security-Policy"))
                .startsWith("default-src 'none'; ")
                .contains("style-src 'sha256-", "script-src 'sha256-", "frame-ancestors 'none'", "connect-src 'self'")
                .doesNotContain("unsafe");
        assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
        for (String path : new String[] {"/observe/page", "/observe/status"}) {
            HttpResponse<String> answer = get(path);
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
        bridge.hold = Optional.of("\"}</script><script>alert(1)</script>\u2028");
        JsonNode status = new ObjectMapper().readTree(get("/observe/status").body());
        assertThat(status.get("hold").asText()).isEqualTo("\"}</script><script>alert(1)</script>\u2028");
        assertThat(header(get("/observe/status"), "Content-Type")).isEqualTo("application/json");
    }

    // Where there is no internet a page that needs anything else is blank, and a heavy one is slow on a phone.
    @Test
    void thePageIsOneLightDocumentThatNeedsNothingElse() throws Exception {
        String page = get("/observe/page").body();
        assertThat(page.length()).isLessThan(40_000);
        assertThat(page)
                .contains("<style>", "<script>")
                .doesNotContain("page.css", "page.js")
                .doesNotContainPattern("(?i)(src|href)=\"?https?:")
                .doesNotContainPattern(
                        "url\\(|@import|innerHTML|insertAdjacentHTML|document\\.write|eval\\(| style=\"");
        assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https://");
    }

    // Whoever types host and port wants the page, behind a proxy with a path of its own as well.
    @Test
    void aBrowserIsSentFromTheRootToThePage() throws Exception {
        HttpResponse<String> answer = get("/");
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(header(answer, "Location")).isEqualTo("observe/page");
    }

    // A page that can be posted to can be posted to by others.
    @Test
    void nothingButGetIsAnsweredAndNobodyIsAskedForThePageItself() throws Exception {
        for (String path : new String[] {"/", "/observe/page", "/observe/status"}) {
            for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
                assertThat(send(method, path).statusCode())
                        .as(method + " " + path)
                        .isEqualTo(405);
            }
        }
        get("/observe/page");
        assertThat(looks).as("no cost while nobody looks at figures").hasValue(0);
        get("/observe/status");
        assertThat(looks).hasValue(1);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.actualPort() + path);
        return HttpClient.newBuilder()
                // With an offer of HTTP/2, which is the client's default, an answer has been seen to have no end.
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(address)
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
