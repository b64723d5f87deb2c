package io.github.kinesisiot.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every line that the bridge itself logs is an event of the table in docs/operations.md, with its level and its fields. */
class EventTableTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern STATEMENT =
            Pattern.compile("LOG\\s*\\.at(Info|Warn|Error)\\(\\)(.*?)\\.log\\(", Pattern.DOTALL);
    private static final Pattern NAMELESS = Pattern.compile("\\bLOG\\s*\\.(info|warn|error)\\(");
    private static final Pattern FIELD = Pattern.compile("\\.addKeyValue\\(\\s*\"([a-z_]+)\",\\s*(\"([a-z-]+)\")?");
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z-]+)` \\| (info|warn|error) \\|([^|\n]*)\\|[^|\n]*\\|");

    /** Level and fields, in the order of the table. */
    private record Event(String level, Set<String> fields) {}

    // A line without a name is one that an alarm can only find by its words, which may change.
    @Test
    void everyStatementFromInfoUpHasANameAndNamesAreKebabCase() throws Exception {
        List<String> nameless = new ArrayList<>();
        eachSource((file, text) -> {
            Matcher old = NAMELESS.matcher(text);
            while (old.find()) {
                nameless.add(file + ": " + old.group());
            }
            Matcher statement = STATEMENT.matcher(text);
            int named = 0;
            while (statement.find()) {
                named++;
                Matcher first = FIELD.matcher(statement.group(2));
                if (!first.find() || !first.group(1).equals("event") || first.group(3) == null) {
                    nameless.add(file + ": " + statement.group());
                }
            }
            if (named != text.split("LOG\\s*\\.at(Info|Warn|Error)\\(\\)", -1).length - 1) {
                nameless.add(file + ": a statement that this test cannot read");
            }
        });
        assertThat(nameless).isEmpty();
    }

    // Names and fields are a contract: what the code does and what the table says must not drift apart.
    @Test
    void theTableIsWhatTheCodeLogs() throws Exception {
        Map<String, Event> logged = new TreeMap<>();
        List<String> different = new ArrayList<>();
        eachSource((file, text) -> {
            Matcher statement = STATEMENT.matcher(text);
            while (statement.find()) {
                var fields = new TreeSet<String>();
                String name = null;
                Matcher field = FIELD.matcher(statement.group(2));
                while (field.find()) {
                    if (field.group(1).equals("event")) {
                        name = field.group(3);
                    } else {
                        fields.add(field.group(1));
                    }
                }
                var event = new Event(statement.group(1).toLowerCase(Locale.ROOT), fields);
                Event before = logged.putIfAbsent(String.valueOf(name), event);
                if (before != null && !before.equals(event)) {
                    different.add(name + ": " + before + " and " + event);
                }
            }
        });
        assertThat(different).as("one name, one meaning").isEmpty();
        // Made in FoldedAppender, of what libraries log.
        logged.put("library-fault", new Event("warn", Set.of("reason", "repeated")));
        assertThat(table()).isEqualTo(logged);
    }

    private static Map<String, Event> table() throws IOException {
        Map<String, Event> table = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/operations.md")));
        while (row.find()) {
            var fields =
                    new TreeSet<>(List.of(row.group(3).replace("`", "").strip().split("[, ]+")));
            fields.remove("");
            assertThat(table.put(row.group(1), new Event(row.group(2), fields)))
                    .as("%s is listed twice", row.group(1))
                    .isNull();
        }
        return table;
    }

    private interface Source {
        void read(Path file, String text);
    }

    private static void eachSource(Source source) throws IOException {
        try (var files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                source.read(SOURCES.relativize(file), Files.readString(file));
            }
        }
    }
}
