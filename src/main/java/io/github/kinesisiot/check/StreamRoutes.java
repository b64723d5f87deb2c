package io.github.kinesisiot.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.model.ErrorHandlerDefinition;
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
            "Give the route 'routeConfigurationId: bridge-errors', of routes/error-handling.camel.yaml, or handling of its own by the rule in"
                    + " docs/operations.md, \"Checking before a start\".";

    private StreamRoutes() {}

    /**
     * Throws unless each route that reads a stream has error handling that neither blocks a shard nor loses a record. For a container with its routes
     * read, started or not.
     */
    public static void requireErrorHandling(CamelContext camel) throws Exception {
        List<String> problems = problems(camel);
        if (!problems.isEmpty()) {
            throw new IllegalStateException(String.join("; ", problems) + ". " + ADVICE);
        }
    }

    /** A clause for each route that reads a stream and has no error handling, or one that blocks or loses. */
    static List<String> problems(CamelContext camel) throws Exception {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        List<RouteDefinition> routes = model.getRouteDefinitions();
        RouteDefinitionHelper.forceAssignIds(camel, routes);
        List<String> problems = new ArrayList<>();
        for (RouteDefinition route : routes) {
            if (readsStream(camel, route)) {
                handling(camel, model, route)
                        .problem()
                        .ifPresent(problem -> problems.add("route " + route.getRouteId() + " " + problem));
            }
        }
        return problems;
    }

    private static boolean readsStream(CamelContext camel, RouteDefinition route) {
        return camel.resolvePropertyPlaceholders(String.valueOf(route.getInput().getEndpointUri()))
                .startsWith("aws2-kinesis:");
    }

    /** Of the route itself, and of the configurations that it names, or of those without an id, which are for all. */
    private static ErrorHandling handling(CamelContext camel, Model model, RouteDefinition route) throws Exception {
        List<OnExceptionDefinition> own = route.getOutputs().stream()
                .filter(OnExceptionDefinition.class::isInstance)
                .map(OnExceptionDefinition.class::cast)
                .toList();
        List<RouteConfigurationDefinition> configurations = model.getRouteConfigurationDefinitions().stream()
                .filter(configuration -> applies(configuration, route))
                .toList();
        List<OnExceptionDefinition> configured = configurations.stream()
                .flatMap(configuration -> configuration.getOnExceptions().stream())
                .toList();
        // The last one wins.
        Optional<ErrorHandlerFactory> configuredHandler = configurations.stream()
                .map(RouteConfigurationDefinition::getErrorHandler)
                .filter(Objects::nonNull)
                .reduce((first, second) -> second)
                .map(ErrorHandlerDefinition::getErrorHandlerType);
        Optional<ErrorHandlerFactory> handler = ownHandler(route).or(() -> configuredHandler);
        return new ErrorHandling(camel, route.getRouteId(), handler, own, configured);
    }

    private static Optional<ErrorHandlerFactory> ownHandler(RouteDefinition route) {
        if (route.isErrorHandlerFactorySet()) {
            return Optional.ofNullable(route.getErrorHandlerFactory());
        }
        return Optional.ofNullable(route.getErrorHandler()).map(ErrorHandlerDefinition::getErrorHandlerType);
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
