package io.github.kinesisiot.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** A dead letter as one line of JSON, and back. Thread-safe. */
public final class DeadLetterJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new InstantText()))
            .disable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Written by a later release, which knows more of a record.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DeadLetterJson() {}

    /** Without the line's end. */
    static byte[] line(DeadLetter letter) throws IOException {
        return JSON.writeValueAsBytes(letter);
    }

    /**
     * The same as ASCII, without the line's end. Escaped, since a key or a reason may hold characters that a queue refuses, and with them the
     * letter, for ever.
     */
    static String ascii(DeadLetter letter) throws IOException {
        return JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(letter);
    }

    /** @throws IOException when the line is not a whole dead letter; its message quotes nothing of the line */
    public static DeadLetter parse(String line) throws IOException {
        DeadLetter letter;
        try {
            letter = JSON.readValue(line, DeadLetter.class);
        } catch (JsonProcessingException e) {
            throw new IOException("no JSON of a dead letter, at column "
                    + (e.getLocation() == null ? 1 : e.getLocation().getColumnNr()));
        }
        if (letter == null
                || letter.payload() == null
                || letter.partitionKey() == null
                || letter.sequenceNumber() == null) {
            throw new IOException("payload, partitionKey or sequenceNumber is missing");
        }
        return letter;
    }

    private static final class InstantText extends FromStringDeserializer<Instant> {

        private static final long serialVersionUID = 1;

        private InstantText() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw context.weirdStringException(text, Instant.class, "no instant");
            }
        }
    }
}
