package io.github.kinesisiot.check;

import java.util.Arrays;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.support.PatternHelper;

/**
 * Whether the routes that read a stream say what becomes of a record that fails. Camel lets a slip in the name of a route configuration pass
 * without a word.
 */
public final class StreamRoutes {

    static final String ADVICE =
            "Give the route 'routeConfigurationId: bridge-errors', of routes/error-handling.camel.yaml, or handling of its own.";

    private StreamRoutes() {}

    /** Throws unless each route that reads a stream has error handling. For a container with its routes read, started or not. */
    public static void requireErrorHandling(CamelContext camel) throws Exception {
        List<String> unguarded = unguarded(camel);
        if (!unguarded.isEmpty()) {
            throw new IllegalStateException(sentence(unguarded) + ". " + ADVICE);
        }
    }

    static String sentence(List<String> unguarded) {
        return "route " + String.join(", ", unguarded)
                + " reads the stream without error handling: a record that can never be published would block its shard for ever";
    }

    /** The ids of those that read a stream without error handling. */
    static List<String> unguarded(CamelContext camel) throws Exception {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        List<RouteDefinition> routes = model.getRouteDefinitions();
        RouteDefinitionHelper.forceAssignIds(camel, routes);
        return routes.stream()
                .filter(route -> readsStream(camel, route) && !guarded(model, route))
                .map(RouteDefinition::getRouteId)
                .toList();
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
