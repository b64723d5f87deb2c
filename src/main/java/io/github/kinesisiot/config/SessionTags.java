package io.github.kinesisiot.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The tags of {@code external.role.tags}: {@code key=value,key2=value2}; a star behind a key ({@code team*=iot}) makes the tag transitive,
 * so that it is passed on when the session assumes further roles.
 */
public record SessionTags(Map<String, String> values, Set<String> transitiveKeys) {

    private static final String EXPECTED =
            "at most 50 tags, no key twice, as key=value,key2=value2 (key* for a transitive one), keys up to 128 and values up to 256 of letters, digits, blank _ . : / = + - @";

    /** @throws IllegalArgumentException with what was expected */
    static SessionTags parse(String text) {
        var values = new LinkedHashMap<String, String>();
        var transitive = new LinkedHashSet<String>();
        var seen = new HashSet<String>();
        for (String tag : text.split(",")) {
            int equals = tag.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(EXPECTED);
            }
            String key = tag.substring(0, equals).strip();
            if (key.endsWith("*")) {
                key = key.substring(0, key.length() - 1);
                transitive.add(key);
            }
            String value = tag.substring(equals + 1).strip();
            if (!key.matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}")
                    || !value.matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}")
                    || !seen.add(key.toLowerCase(Locale.ROOT))) { // to STS Team and team are one key
                throw new IllegalArgumentException(EXPECTED);
            }
            values.put(key, value);
        }
        if (values.size() > 50) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new SessionTags(values, transitive);
    }
}
