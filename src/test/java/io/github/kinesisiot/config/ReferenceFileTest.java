package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReferenceFileTest {

    private static final Path REFERENCE = Path.of("config/application.properties");
    private static final Pattern SETTING = Pattern.compile("#?([a-z][a-z.-]+)=(.*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^:}]+)[^}]*}}");

    // The commented file is the reference: a key or default that differs from the code misleads everybody who reads it.
    @Test
    void theFileListsEveryKeyWithItsDefault() throws Exception {
        Map<String, String> listed = new TreeMap<>();
        for (String line : Files.readAllLines(REFERENCE)) {
            var setting = SETTING.matcher(line);
            if (setting.matches()
                    && (!setting.group(1).startsWith("camel.")
                            || setting.group(1).equals("camel.management.port"))) {
                listed.put(setting.group(1), setting.group(2));
            }
        }
        Map<String, String> known = new TreeMap<>();
        for (Key key : Key.values()) {
            known.put(key.property(), key.fixedDefault().orElse(""));
        }
        assertThat(listed).isEqualTo(known);
    }

    // A placeholder that is no key fails at start, in front of a user.
    @Test
    void everyPlaceholderInTheRoutesIsAKey() throws Exception {
        List<String> unknown = new ArrayList<>();
        try (var routes = Files.newDirectoryStream(Path.of("routes"), "*.camel.yaml")) {
            for (Path route : routes) {
                var placeholder = PLACEHOLDER.matcher(Files.readString(route));
                while (placeholder.find()) {
                    if (Key.ofProperty(placeholder.group(1)).isEmpty()) {
                        unknown.add(route + ": " + placeholder.group(1));
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }
}
