package io.github.kinesisiot.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Node;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;

/**
 * Each line of the log as a JSON object, stack trace included. All of it is printable ASCII: whatever else foreign text holds (line ends of any kind, escape
 * sequences, half surrogate pairs) is escaped and can be read back as it was. Thread-safe.
 */
@Plugin(name = "JsonLines", category = Node.CATEGORY, elementType = Layout.ELEMENT_TYPE)
public final class JsonLines extends AbstractStringLayout {

    private static final String EVENT = "event";
    private static final int LAST_PRINTABLE = '~';
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private JsonLines() {
        super(StandardCharsets.US_ASCII);
    }

    @PluginFactory
    public static JsonLines create() {
        return new JsonLines();
    }

    @Override
    public String getContentType() {
        return "application/x-ndjson";
    }

    @Override
    public String toSerializable(LogEvent event) {
        var line = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.setHighestNonEscapedChar(LAST_PRINTABLE);
            json.writeStartObject();
            for (var field : fields(event).entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            if (event.getThrown() != null) {
                write(json, event.getThrown());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append('\n').toString();
    }

    /** The event's own fields, and what else is known on the thread, never take the place of the fixed ones. */
    private static Map<String, String> fields(LogEvent event) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(
                "timestamp", TIME.format(Instant.ofEpochMilli(event.getInstant().getEpochMillisecond())));
        fields.put("level", event.getLevel().name());
        String name = event.getContextData().getValue(EVENT);
        if (name != null) {
            fields.put(EVENT, name);
        }
        fields.put("message", event.getMessage().getFormattedMessage());
        var own = new TreeMap<String, String>();
        event.getContextData().forEach((key, value) -> own.put(key, String.valueOf(value)));
        own.forEach(fields::putIfAbsent);
        fields.put("logger", event.getLoggerName());
        fields.put("thread", event.getThreadName());
        return fields;
    }

    private static void write(JsonGenerator json, Throwable failure) throws IOException {
        var stack = new StringWriter();
        failure.printStackTrace(new PrintWriter(stack, true));
        json.writeObjectFieldStart("exception");
        json.writeStringField("class", failure.getClass().getName());
        json.writeStringField("message", failure.getMessage());
        json.writeStringField("stack", stack.toString());
        json.writeEndObject();
    }
}
