package io.github.kinesisiot.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The settings in force: checked, with defaults filled in. Routes take them as placeholders ({@link #placeholders()}), Java code through the
 * typed views.
 */
public final class Settings {

    private final Map<Key, String> values;
    private final List<Problem> warnings;
    private final Properties file;

    Settings(Map<Key, String> values, List<Problem> warnings, Properties file) {
        this.values = Collections.unmodifiableMap(new EnumMap<>(values));
        this.file = file;
        this.warnings = List.copyOf(warnings);
    }

    /** What is no reason to refuse the settings, and probably a mistake all the same. */
    public List<Problem> warnings() {
        return warnings;
    }

    /** All that stands in the file, the settings of Camel and of the users' routes too. */
    public Map<String, String> file() {
        var all = new TreeMap<String, String>();
        file.stringPropertyNames().forEach(name -> all.put(name, file.getProperty(name)));
        return all;
    }

    /** The value in force, empty for an optional key that is not set. */
    public Optional<String> get(Key key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Property name to value, for Camel's <code>{{placeholders}}</code>; without the optional keys that are not set. */
    public Map<String, String> placeholders() {
        var placeholders = new TreeMap<String, String>();
        values.forEach((key, value) -> placeholders.put(key.property(), value));
        return placeholders;
    }

    public RoleSettings role() {
        return new RoleSettings(
                values.get(Key.ROLE_ARN),
                values.get(Key.ROLE_SESSION_NAME),
                DurationRange.parse(values.get(Key.ROLE_SESSION_DURATION)),
                get(Key.ROLE_EXTERNAL_ID),
                get(Key.ROLE_SOURCE_IDENTITY),
                get(Key.ROLE_TAGS).map(SessionTags::parse),
                get(Key.ROLE_POLICY),
                get(Key.ROLE_POLICY_ARNS).map(PolicyArns::parse).orElse(List.of()));
    }

    /** The region to sign for at the IoT endpoint: set, or told by the endpoint's host name. */
    public String iotRegion() {
        return get(Key.IOT_REGION).orElseGet(() -> EndpointRegion.ofEndpoint(values.get(Key.IOT_ENDPOINT))
                .orElse(""));
    }

    /** What a policy of the target's role has to name. */
    public IotResources iotResources() {
        return IotResources.of(values.get(Key.IOT_TOPIC));
    }

    public Limits limits() {
        return new Limits(
                limited(Key.MAX_ATTEMPTS).map(Integer::valueOf),
                limited(Key.MAX_RECORD_AGE).map(DurationRange::parse));
    }

    public Path deadLetterDirectory() {
        return Path.of(values.get(Key.DEAD_LETTER_DIRECTORY));
    }

    public boolean tracing() {
        return values.get(Key.TRACING_ENABLED).equals("true");
    }

    private Optional<String> limited(Key key) {
        return get(key).filter(value -> !value.equals("unlimited"));
    }
}
