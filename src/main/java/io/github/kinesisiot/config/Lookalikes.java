package io.github.kinesisiot.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Environment variables that look like a setting of ours and are none. Never refused, since an environment belongs to nobody alone: Kubernetes
 * puts a dozen variables into it for each service called kinesis or iot-something, and other programs of an image have names of their own.
 */
final class Lookalikes {

    private static final List<String> OURS = List.of("KINESIS_", "EXTERNAL_ROLE_", "IOT_", "DEAD_LETTER_");
    /** Far too common: only what is nearly one of our names. */
    private static final List<String> COMMON = List.of("MAX_", "LOG_F", "TRACING_");

    private static final int NEARLY = 2;

    /** KINESIS_SERVICE_HOST, IOT_CORE_PORT_443_TCP_ADDR and so on. */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile(".*(_SERVICE_HOST|_SERVICE_PORT(_.*)?|_PORT|_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

    private Lookalikes() {}

    static List<Problem> of(Collection<String> variables, String where) {
        List<Problem> found = new ArrayList<>();
        for (String name : new TreeSet<>(variables)) {
            String nearest = Nearest.of(name, Key::environmentVariable);
            boolean ours = OURS.stream().anyMatch(name::startsWith)
                    || COMMON.stream().anyMatch(name::startsWith) && Nearest.distance(name, nearest) <= NEARLY;
            boolean known = Arrays.stream(Key.values())
                    .anyMatch(key -> key.environmentVariable().equals(name));
            if (ours && !known && !OF_KUBERNETES.matcher(name).matches()) {
                found.add(new Problem(
                        name,
                        where,
                        "it looks like a setting of the bridge, and there is no such setting",
                        nearest + " perhaps"));
            }
        }
        return found;
    }
}
