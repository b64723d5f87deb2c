package io.github.kinesisiot.check;

import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RollbackDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.WireTapDefinition;

/** Whether steps can keep a record that is about to be settled: one of them hands it to somebody and fails when that fails, or gives it back. */
final class Keeping {

    /** The first three keep nothing, the last one nothing that outlives the process. */
    private static final Set<String> FORGETFUL = Set.of("log", "mock", "stub", "seda");

    private Keeping() {}

    /** @param sendsTo whether the endpoint of that URI keeps what is sent to it */
    static boolean in(OnExceptionDefinition clause, Predicate<String> sendsTo) {
        return clause.getOutputs().stream().anyMatch(step -> in(step, sendsTo));
    }

    /** @param uri of the endpoint that a record is sent to */
    static boolean in(String uri) {
        return !FORGETFUL.contains(uri.split(":", 2)[0]);
    }

    private static boolean in(ProcessorDefinition<?> step, Predicate<String> sendsTo) {
        if (step instanceof WireTapDefinition) {
            // Beside the exchange, which does not wait for it.
            return false;
        }
        if (step instanceof SendDefinition<?> send) {
            return sendsTo.test(send.getEndpointUri());
        }
        return step instanceof ToDynamicDefinition
                || step instanceof ProcessDefinition
                || step instanceof BeanDefinition
                || step instanceof EnrichDefinition
                || step instanceof KameletDefinition
                || step instanceof RecipientListDefinition
                || step instanceof RoutingSlipDefinition
                || step instanceof ThrowExceptionDefinition
                || step instanceof RollbackDefinition
                || step.getOutputs().stream().anyMatch(inner -> in(inner, sendsTo));
    }
}
