package io.github.kinesisiot.check;

import io.github.kinesisiot.RecordGivenUpException;
import io.github.kinesisiot.iot.PublishFailedException;
import io.github.kinesisiot.iot.PublishRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.model.ExpressionSubElementDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.processor.errorhandler.DefaultExceptionPolicyStrategy;
import org.apache.camel.processor.errorhandler.ExceptionPolicyKey;

/**
 * What becomes of a record whose exchange fails, by the error handling of one route: tried out with the exceptions that the bridge throws, each given
 * to the clause that Camel would give it to. Finds what blocks a shard for ever, and what settles a record that is kept nowhere. What only shows with
 * a record (an {@code onWhen}, a {@code handled} that is computed, a handler that is a bean) is given the benefit of the doubt.
 */
final class ErrorHandling {

    static final String BLOCKS = "a record that can never be published would block its shard for ever";
    private static final String LOSES = "keeps the record nowhere: it would be lost";

    /** A record that can never be published; a step that does not like it; a fault that passes, which is best left to the source. */
    private enum Failure {
        REFUSED(new PublishRefusedException("", "")),
        GIVEN_UP(new RecordGivenUpException("", "", null)),
        STEP(new Exception()),
        PASSING(new PublishFailedException("", "", null));

        private final Exception exception;

        Failure(Exception exception) {
            this.exception = exception;
        }
    }

    private final CamelContext camel;
    private final Optional<ErrorHandlerFactory> handler;
    private final Map<ExceptionPolicyKey, OnExceptionDefinition> clauses = new LinkedHashMap<>();
    private final List<Map.Entry<Class<? extends Throwable>, OnExceptionDefinition>> conditional = new ArrayList<>();

    /**
     * @param own clauses of the route itself, which go first
     * @param configured clauses of the configurations that apply to it
     */
    ErrorHandling(
            CamelContext camel,
            String routeId,
            Optional<ErrorHandlerFactory> handler,
            List<OnExceptionDefinition> own,
            List<OnExceptionDefinition> configured)
            throws ClassNotFoundException {
        this.camel = camel;
        this.handler = handler;
        for (OnExceptionDefinition clause : own) {
            // Those of its file are the route's as well, but Camel prefers its very own.
            add(clause.isRouteScoped() ? routeId : null, clause);
        }
        for (OnExceptionDefinition clause : configured) {
            add(null, clause);
        }
    }

    private void add(String routeId, OnExceptionDefinition clause) throws ClassNotFoundException {
        for (String name : clause.getExceptions()) {
            Class<? extends Throwable> type =
                    camel.getClassResolver().resolveMandatoryClass(resolved(name), Throwable.class);
            if (clause.getOnWhen() == null) {
                clauses.putIfAbsent(new ExceptionPolicyKey(routeId, type, null), clause);
            } else {
                conditional.add(Map.entry(type, clause));
            }
        }
    }

    /** What is wrong, to be read after "route x …"; empty if nothing is. */
    Optional<String> problem() {
        if (handler.filter(RefErrorHandlerDefinition.class::isInstance).isPresent()) {
            return Optional.empty();
        }
        if (handler.filter(NoErrorHandlerDefinition.class::isInstance).isPresent()) {
            return Optional.of("has a noErrorHandler, which also turns off each onException: " + BLOCKS);
        }
        // Camel's default error handler only decides how often a step is tried again.
        boolean channel =
                handler.filter(DeadLetterChannelDefinition.class::isInstance).isPresent();
        if (!channel && clauses.isEmpty() && conditional.isEmpty()) {
            return Optional.of("reads the stream without error handling: " + BLOCKS);
        }
        return Stream.of(Failure.values())
                .map(this::problemOf)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> problemOf(Failure failure) {
        Optional<String> lost = conditional.stream()
                .filter(clause -> clause.getKey().isInstance(failure.exception))
                .flatMap(clause -> loses(clause.getValue(), failure).stream())
                .findFirst();
        if (lost.isPresent()) {
            return lost;
        }
        ExceptionPolicyKey chosen =
                DefaultExceptionPolicyStrategy.INSTANCE.getExceptionPolicy(clauses.keySet(), null, failure.exception);
        if (chosen == null) {
            return unmatched(failure);
        }
        OnExceptionDefinition clause = clauses.get(chosen);
        return loses(clause, failure).or(() -> failure == Failure.PASSING ? Optional.empty() : blocks(clause, failure));
    }

    private Optional<String> unmatched(Failure failure) {
        if (handler.orElse(null) instanceof DeadLetterChannelDefinition channel) {
            if (!keeps(channel.getDeadLetterUri())) {
                return Optional.of("has a deadLetterChannel that " + LOSES);
            }
            // Camel's default is true: what fails in the dead letter channel is logged, and the record settled.
            if (!"false".equals(resolved(channel.getDeadLetterHandleNewException()))) {
                return Optional.of(
                        "has a deadLetterChannel that settles a record although it could not be stored: it needs"
                                + " 'deadLetterHandleNewException: false'");
            }
            return Optional.empty();
        }
        return failure == Failure.PASSING
                ? Optional.empty()
                : Optional.of("has no onException that takes a " + name(failure) + ": " + BLOCKS);
    }

    private Optional<String> blocks(OnExceptionDefinition clause, Failure failure) {
        if (isFalse(clause.getHandled()) && isFalse(clause.getContinued())) {
            return Optional.of(
                    "has an onException that takes a " + name(failure) + " and does not handle it: " + BLOCKS);
        }
        String tries = clause.getRedeliveryPolicyType() == null
                ? null
                : resolved(clause.getRedeliveryPolicyType().getMaximumRedeliveries());
        return tries != null && tries.startsWith("-")
                ? Optional.of("has an onException that tries a " + name(failure) + " again without an end: " + BLOCKS)
                : Optional.empty();
    }

    private Optional<String> loses(OnExceptionDefinition clause, Failure failure) {
        // Continued after a step that failed, the record is on its way to be published.
        boolean settles = isTrue(clause.getHandled()) || isTrue(clause.getContinued()) && failure != Failure.STEP;
        return settles && !Keeping.in(clause, this::keeps)
                ? Optional.of("has an onException that settles a " + name(failure) + " and " + LOSES)
                : Optional.empty();
    }

    private static String name(Failure failure) {
        return failure.exception.getClass().getName();
    }

    private boolean keeps(String uri) {
        return Keeping.in(resolved(uri));
    }

    private boolean isTrue(ExpressionSubElementDefinition expression) {
        return "true".equals(constant(expression));
    }

    private boolean isFalse(ExpressionSubElementDefinition expression) {
        return expression == null || "false".equals(constant(expression));
    }

    /** Empty where it is computed. */
    private String constant(ExpressionSubElementDefinition expression) {
        if (expression == null || expression.getExpressionType() == null) {
            return "";
        }
        String text = resolved(expression.getExpressionType().getExpression());
        return "true".equals(text) || "false".equals(text) ? text : "";
    }

    private String resolved(String text) {
        return text == null ? "" : camel.resolvePropertyPlaceholders(text).strip();
    }
}
