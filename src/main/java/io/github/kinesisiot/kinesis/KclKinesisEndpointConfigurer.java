package io.github.kinesisiot.kinesis;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.kinesis.Kinesis2EndpointConfigurer;

/** Sets our options from a URI or a YAML route without reflection, and leaves all others to Camel's own configurer. */
public final class KclKinesisEndpointConfigurer extends Kinesis2EndpointConfigurer {

    private record Option(BiConsumer<KclKinesisEndpoint, String> set, Function<KclKinesisEndpoint, String> get) {}

    private static final Map<String, Option> OPTIONS = new LinkedHashMap<>();

    static {
        OPTIONS.put("start", new Option(KclKinesisEndpoint::setStart, KclKinesisEndpoint::getStart));
        OPTIONS.put("retrieval", new Option(KclKinesisEndpoint::setRetrieval, KclKinesisEndpoint::getRetrieval));
        OPTIONS.put("maxInFlight", new Option(KclKinesisEndpoint::setMaxInFlight, KclKinesisEndpoint::getMaxInFlight));
        OPTIONS.put(
                "checkpointInterval",
                new Option(KclKinesisEndpoint::setCheckpointInterval, KclKinesisEndpoint::getCheckpointInterval));
        OPTIONS.put(
                "failoverTime", new Option(KclKinesisEndpoint::setFailoverTime, KclKinesisEndpoint::getFailoverTime));
        OPTIONS.put("retryDelay", new Option(KclKinesisEndpoint::setRetryDelay, KclKinesisEndpoint::getRetryDelay));
        OPTIONS.put(
                "maxRetryDelay",
                new Option(KclKinesisEndpoint::setMaxRetryDelay, KclKinesisEndpoint::getMaxRetryDelay));
    }

    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        Optional<Option> option = option(name, ignoreCase);
        option.ifPresent(
                ours -> ours.set().accept((KclKinesisEndpoint) target, property(context, String.class, value)));
        return option.isPresent() || super.configure(context, target, name, value, ignoreCase);
    }

    @Override
    public Class<?> getOptionType(String name, boolean ignoreCase) {
        return option(name, ignoreCase).isPresent() ? String.class : super.getOptionType(name, ignoreCase);
    }

    @Override
    public Object getOptionValue(Object target, String name, boolean ignoreCase) {
        Optional<Option> option = option(name, ignoreCase);
        return option.isPresent()
                ? option.get().get().apply((KclKinesisEndpoint) target)
                : super.getOptionValue(target, name, ignoreCase);
    }

    private static Optional<Option> option(String name, boolean ignoreCase) {
        if (!ignoreCase) {
            return Optional.ofNullable(OPTIONS.get(name));
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return OPTIONS.entrySet().stream()
                .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(lower))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
