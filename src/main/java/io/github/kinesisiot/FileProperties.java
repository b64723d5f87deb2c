package io.github.kinesisiot;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.Ordered;
import org.apache.camel.spi.LoadablePropertiesSource;

/**
 * The settings file for Camel, as it was read and checked. Camel's own reading of it takes the bytes for Latin-1 and a byte order mark for the
 * beginning of the first key.
 */
final class FileProperties implements LoadablePropertiesSource, Ordered {

    private final Map<String, String> values = new HashMap<>();

    FileProperties(Map<String, String> values) {
        // As Camel does: a blank at the end of a line is seen by nobody.
        values.forEach((name, value) -> this.values.put(name, value.stripTrailing()));
    }

    @Override
    public String getName() {
        return "application.properties";
    }

    @Override
    public String getProperty(String name) {
        return values.get(name);
    }

    @Override
    public Properties loadProperties() {
        return loadProperties(name -> true);
    }

    @Override
    public Properties loadProperties(Predicate<String> filter) {
        var properties = new Properties();
        values.forEach((name, value) -> {
            if (filter.test(name)) {
                properties.setProperty(name, value);
            }
        });
        return properties;
    }

    @Override
    public void reloadProperties(String location) {
        // What has been checked stays in force until the next start.
    }

    /** Before Camel's own reading, whose order is 100. */
    @Override
    public int getOrder() {
        return 1;
    }
}
