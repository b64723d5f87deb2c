package io.github.kinesisiot.cloud;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The session tags of a request.
 *
 * @param keys as sent
 * @param values one for each key
 * @param transitive the keys that later sessions inherit
 */
record RequestTags(List<String> keys, List<String> values, List<String> transitive) {
    private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+");
    private static final Pattern VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    static RequestTags of(StsParameters parameters) {
        return new RequestTags(
                parameters.list("Tags", ".Key"),
                parameters.list("Tags", ".Value"),
                parameters.list("TransitiveTagKeys"));
    }

    boolean isEmpty() {
        return keys.isEmpty() && transitive.isEmpty();
    }

    void constrain(StsConstraints constraints) {
        constraints.size("tags", keys, 50);
        for (int i = 0; i < keys.size(); i++) {
            String tag = "tags." + (i + 1) + ".member.";
            constraints.text(tag + "key", Optional.of(keys.get(i)), 1, 128, KEY);
            constraints.text(tag + "value", Optional.of(values.get(i)), 0, 256, VALUE);
        }
        constraints.size("transitiveTagKeys", transitive, 50);
        for (int i = 0; i < transitive.size(); i++) {
            constraints.text("transitiveTagKeys." + (i + 1) + ".member", Optional.of(transitive.get(i)), 1, 128, KEY);
        }
    }

    void check() {
        Set<String> distinct = lowerCase(keys);
        if (distinct.size() < keys.size()) {
            throw wrong("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
        }
        if (distinct.stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw wrong("aws: prefixed tag key names are not allowed for external use.");
        }
        if (!distinct.containsAll(lowerCase(transitive))) {
            throw wrong("The specified transitive tag key must be included in the requested tags.");
        }
    }

    private static Set<String> lowerCase(List<String> keys) {
        return keys.stream().map(key -> key.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(HashSet::new));
    }

    private static RefusedException wrong(String message) {
        return new RefusedException(400, "InvalidParameterValue", message);
    }
}
