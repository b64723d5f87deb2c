package io.github.kinesisiot.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.support.PatternHelper;

/**
 * Whether Camel can make routes of the files: YAML, components, options, beans, expressions, placeholders. Makes them and starts none, so
 * nothing is opened. What only shows at the start of a component, or with a record, is not found.
 */
final class RouteStep {

    /** Camel's own, made for the settings, not yet initialised. */
    interface Container extends Callable<Main> {}

    private final Path directory;
    private final Container container;

    RouteStep(Path directory, Container container) {
        this.directory = directory;
        this.container = container;
    }

    Finding check() throws Exception {
        List<String> ids = new ArrayList<>();
        List<String> unguarded = new ArrayList<>();
        try {
            RouteFiles.require(directory);
            Main main = container.call();
            // Not even the port for health and metrics: a bridge may be running beside this.
            main.addOverrideProperty("camel.management.enabled", "false");
            main.addOverrideProperty("camel.server.enabled", "false");
            try {
                main.init();
                make(main.getCamelContext(), ids, unguarded);
            } finally {
                main.shutdown();
            }
        } catch (Exception e) {
            return Finding.failed(Fault.of(
                    "ROUTES",
                    Sentences.chain(e),
                    Account.HERE,
                    Fix.here("Correct the files in " + directory.resolve("routes") + ".")));
        }
        if (!unguarded.isEmpty()) {
            return Finding.failed(
                    Fault.of(
                            "NO_ERROR_HANDLING",
                            "route " + String.join(", ", unguarded)
                                    + " reads the stream without error handling: a record that can never be published would block its shard for ever",
                            Account.HERE,
                            Fix.here(
                                    "Give the route 'routeConfigurationId: bridge-errors', of routes/error-handling.camel.yaml, or handling of its own.")));
        }
        return Finding.ok(String.join(", ", ids));
    }

    private static void make(CamelContext camel, List<String> ids, List<String> unguarded) throws Exception {
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
            if (readsStream(camel, route) && !guarded(model, route)) {
                unguarded.add(route.getId());
            }
            if (!route.isPrepared()) {
                RouteDefinitionHelper.prepareRoute(camel, route);
                route.markPrepared();
            }
            model.getModelReifierFactory().createRoute(camel, route);
        }
    }

    private static boolean readsStream(CamelContext camel, RouteDefinition route) {
        return camel.resolvePropertyPlaceholders(String.valueOf(route.getInput().getEndpointUri()))
                .startsWith("aws2-kinesis:");
    }

    /** A configuration that the route names, or one without an id, which is for all; or handling of its own. */
    private static boolean guarded(Model model, RouteDefinition route) {
        boolean own = route.getOutputs().stream().anyMatch(output -> output instanceof OnExceptionDefinition)
                || route.isErrorHandlerFactorySet();
        return own
                || model.getRouteConfigurationDefinitions().stream()
                        .anyMatch(c -> handlesErrors(c) && applies(c, route));
    }

    private static boolean handlesErrors(RouteConfigurationDefinition configuration) {
        return !configuration.getOnExceptions().isEmpty() || configuration.getErrorHandler() != null;
    }

    /** As Camel decides it: a route that names none gets those without an id, and a name that nothing has is passed over in silence. */
    private static boolean applies(RouteConfigurationDefinition configuration, RouteDefinition route) {
        String id = configuration.getId();
        String wanted = route.getRouteConfigurationId();
        if (wanted == null) {
            return id == null || id.equals("*");
        }
        return Arrays.stream(wanted.split(",")).anyMatch(pattern -> PatternHelper.matchPattern(id, pattern.strip()));
    }
}
