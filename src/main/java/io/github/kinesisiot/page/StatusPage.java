package io.github.kinesisiot.page;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;

/**
 * Serves the page at {@code /observe/page}, its figures at {@code /observe/status}, and sends a browser from {@code /} to the page: on the
 * management port, for GET only. It changes nothing, and costs nothing while nobody looks.
 *
 * <p>Does nothing where there is no management port.
 */
public final class StatusPage implements StartupListener {

    private final Supplier<Snapshot> snapshots;
    private volatile PageFile page;

    /** @param look asked once for each look at the figures, on a thread that may block */
    public StatusPage(Look look) {
        this(look::now);
    }

    StatusPage(Supplier<Snapshot> snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) {
        ManagementHttpServer server = camel.hasService(ManagementHttpServer.class);
        if (server != null) {
            mount(server.getRouter());
        }
    }

    void mount(Router router) {
        router.get("/").handler(this::home);
        router.get("/observe/page").handler(this::page);
        router.get("/observe/status").blockingHandler(this::status, false);
    }

    private void home(RoutingContext request) {
        request.response()
                .setStatusCode(302)
                .putHeader("Location", "observe/page")
                .end();
    }

    private void page(RoutingContext request) {
        PageFile file = page;
        if (file == null) {
            file = PageFile.load();
            page = file;
        }
        safely(request)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Content-Security-Policy", file.contentSecurityPolicy())
                .putHeader("X-Frame-Options", "DENY")
                .end(file.html());
    }

    private void status(RoutingContext request) {
        String json = StatusJson.of(snapshots.get());
        safely(request)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(json);
    }

    /** For this page alone: not to be guessed at, read by other sites, or told to them. */
    private static HttpServerResponse safely(RoutingContext request) {
        return request.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }
}
