package io.github.kinesisiot.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;

/** JSON, written by hand: binding it to classes would cost the check a noticeable part of its time. */
final class Json {

    private static final DefaultPrettyPrinter PRETTY = new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));

    private Json() {}

    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /** A whole document over several lines, without a line break at its end. */
    static String pretty(Content content) {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(PRETTY.createInstance());
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static void statement(JsonGenerator json, Statement statement) throws IOException {
        json.writeStartObject();
        json.writeStringField("Effect", "Allow");
        if (statement.principal().isPresent()) {
            json.writeObjectFieldStart("Principal");
            json.writeStringField("AWS", statement.principal().get());
            json.writeEndObject();
        }
        json.writeFieldName("Action");
        strings(json, statement.actions().size() == 1 ? statement.actions().get(0) : statement.actions());
        if (statement.resource().isPresent()) {
            json.writeStringField("Resource", statement.resource().get());
        }
        if (!statement.condition().isEmpty()) {
            json.writeObjectFieldStart("Condition");
            for (Map.Entry<String, Map<String, Object>> operator :
                    statement.condition().entrySet()) {
                json.writeObjectFieldStart(operator.getKey());
                for (Map.Entry<String, Object> key : operator.getValue().entrySet()) {
                    json.writeFieldName(key.getKey());
                    strings(json, key.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** A string, or a list of strings. */
    static void strings(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Collection<?> many) {
            json.writeStartArray();
            for (Object one : many) {
                json.writeString(one.toString());
            }
            json.writeEndArray();
        } else {
            json.writeString(value.toString());
        }
    }
}
