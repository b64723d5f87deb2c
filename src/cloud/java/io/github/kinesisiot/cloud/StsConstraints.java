package io.github.kinesisiot.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What AWS's model of the service asks of single parameters, and its sentence about all that do not comply. For one request. */
final class StsConstraints {
    private final List<String> violations = new ArrayList<>();

    void required(String name, Optional<String> value) {
        if (value.isEmpty()) {
            violations.add("Value null at '" + name + "' failed to satisfy constraint: Member must not be null");
        }
    }

    void text(String name, Optional<String> value, int shortest, int longest) {
        value.ifPresent(text -> {
            length(name, "'" + text + "'", text.codePointCount(0, text.length()), shortest, longest);
        });
    }

    void text(String name, Optional<String> value, int shortest, int longest, Pattern pattern) {
        text(name, value, shortest, longest);
        value.filter(text -> !pattern.matcher(text).matches())
                .ifPresent(text ->
                        add(name, "'" + text + "'", "satisfy regular expression pattern: " + pattern.pattern()));
    }

    void size(String name, List<?> values, int most) {
        length(name, "'" + values + "'", values.size(), 0, most);
    }

    void range(String name, int value, int least, int most) {
        if (value < least) {
            add(name, "'" + value + "'", "have value greater than or equal to " + least);
        }
        if (value > most) {
            add(name, "'" + value + "'", "have value less than or equal to " + most);
        }
    }

    /** Throws when anything does not comply. */
    void check() {
        if (!violations.isEmpty()) {
            throw invalid(violations.size() + (violations.size() == 1 ? " validation error" : " validation errors")
                    + " detected: " + String.join("; ", violations));
        }
    }

    static RefusedException invalid(String message) {
        return new RefusedException(400, "ValidationError", message);
    }

    private void length(String name, String value, int length, int shortest, int longest) {
        if (length < shortest) {
            add(name, value, "have length greater than or equal to " + shortest);
        }
        if (length > longest) {
            add(name, value, "have length less than or equal to " + longest);
        }
    }

    private void add(String name, String value, String must) {
        violations.add("Value " + value + " at '" + name + "' failed to satisfy constraint: Member must " + must);
    }
}
