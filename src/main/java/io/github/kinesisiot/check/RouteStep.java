package io.github.kinesisiot.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;

/**
 * Whether Camel can make routes of the files: YAML, components, options, beans, expressions, placeholders. Makes them and starts none, so
 * nothing is opened. What only shows at the start of a component, or with a record, is not found.
 */
final class RouteStep {

    /** Camel's own, made for the settings, not yet initialised. */
    interface Container extends Callable<Main> {}

    private final Path directory;
    private final Container container;
    private volatile boolean fileLetters;

    RouteStep(Path directory, Container container) {
        this.directory = directory;
        this.container = container;
    }

    Finding check() throws Exception {
        List<String> ids = new ArrayList<>();
        List<String> problems;
        try {
            RouteFiles.require(directory);
            Main main = container.call();
            // Not even the port for health and metrics: a bridge may be running beside this.
            main.addOverrideProperty("camel.management.enabled", "false");
            main.addOverrideProperty("camel.server.enabled", "false");
            try {
                main.init();
                problems = StreamRoutes.problems(main.getCamelContext());
                fileLetters = FileLetters.used(main.getCamelContext());
                make(main.getCamelContext(), ids);
            } finally {
                main.shutdown();
            }
        } catch (Exception | LinkageError e) {
            return Finding.failed(Fault.of(
                    "ROUTES",
                    Sentences.chain(e),
                    Account.HERE,
                    Fix.here("Correct the files in " + directory.resolve("routes") + ".")));
        }
        if (!problems.isEmpty()) {
            return Finding.failed(Fault.of(
                    "NO_ERROR_HANDLING", String.join("; ", problems), Account.HERE, Fix.here(StreamRoutes.ADVICE)));
        }
        return Finding.ok(String.join(", ", ids));
    }

    /** Whether the routes store dead letters in files; known once they are ok. */
    boolean fileLetters() {
        return fileLetters;
    }

    private static void make(CamelContext camel, List<String> ids) throws Exception {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        List<RouteDefinition> routes = model.getRouteDefinitions();
        RouteDefinitionHelper.forceAssignIds(camel, routes);
        for (RouteDefinition route : routes) {
            String twice = RouteDefinitionHelper.validateUniqueIds(route, routes);
            if (twice != null) {
                throw new IllegalArgumentException(
                        "route " + route.getId() + ": the id '" + twice + "' is there twice");
            }
            ids.add(route.getId());
            if (!route.isPrepared()) {
                RouteDefinitionHelper.prepareRoute(camel, route);
                route.markPrepared();
            }
            model.getModelReifierFactory().createRoute(camel, route);
        }
    }
}
