package io.github.kinesisiot.check;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SendDefinition;

/** Whether the routes store dead letters in files, as shipped, by the bean {@value #BEAN}; else they are somebody else's to keep. */
public final class FileLetters {

    public static final String BEAN = "deadLetters";

    private FileLetters() {}

    /** For a container with its routes read, started or not. */
    public static boolean used(CamelContext camel) {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        return Stream.concat(
                        model.getRouteDefinitions().stream().flatMap(route -> route.getOutputs().stream()),
                        model.getRouteConfigurationDefinitions().stream()
                                .flatMap(configuration -> configuration.getOnExceptions().stream()))
                .anyMatch(step -> used(camel, step));
    }

    private static boolean used(CamelContext camel, ProcessorDefinition<?> step) {
        return names(step).stream().anyMatch(name -> BEAN.equals(camel.resolvePropertyPlaceholders(name)))
                || step.getOutputs().stream().anyMatch(inner -> used(camel, inner));
    }

    private static List<String> names(ProcessorDefinition<?> step) {
        String name = null;
        if (step instanceof ProcessDefinition process) {
            name = process.getRef();
        } else if (step instanceof BeanDefinition bean) {
            name = bean.getRef();
        } else if (step instanceof SendDefinition<?> send
                && String.valueOf(send.getEndpointUri()).startsWith("bean:")) {
            name = send.getEndpointUri().replaceFirst("^bean:(//)?", "").replaceFirst("\\?.*", "");
        }
        return name == null ? List.of() : List.of(name.replaceFirst("^#(bean:)?", ""));
    }
}
