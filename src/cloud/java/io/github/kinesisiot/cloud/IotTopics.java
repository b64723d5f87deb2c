package io.github.kinesisiot.cloud;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Topics as AWS IoT Core takes them. */
final class IotTopics {
    private static final int BYTES = 256;
    private static final int SLASHES = 7;

    /** Its first three levels count neither for the length nor for the slashes. */
    private static final Pattern BASIC_INGEST = Pattern.compile("\\$aws/rules/[^/]+(/.*)?");

    private static final Pattern SHADOW =
            Pattern.compile("\\$aws/things/[^/]+/shadow(/name/[^/]+)?/(get|update|delete)");

    private IotTopics() {}

    /** Whether a message may be published there, as far as the name says; what the role may is another question. */
    static boolean valid(String topic) {
        if (topic.isEmpty() || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0 || topic.indexOf('\0') >= 0) {
            return false;
        }
        if (!isReserved(topic)) {
            return withinLimits(topic);
        }
        if (BASIC_INGEST.matcher(topic).matches()) {
            String[] levels = topic.split("/", 4);
            return levels.length < 4 || withinLimits(levels[3]);
        }
        return SHADOW.matcher(topic).matches() && withinLimits(topic);
    }

    static boolean isReserved(String topic) {
        return topic.startsWith("$");
    }

    static boolean withinLimits(String topic) {
        return topic.chars().filter(c -> c == '/').count() <= SLASHES
                && (topic.length() <= BYTES / 4 || topic.getBytes(StandardCharsets.UTF_8).length <= BYTES);
    }

    /** MQTT's own matching of a name with a filter. */
    static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i == levels.length || !wanted[i].equals("+") && !wanted[i].equals(levels[i])) {
                return false;
            }
        }
        return wanted.length == levels.length;
    }
}
