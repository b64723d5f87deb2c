package io.github.kinesisiot.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.StringMap;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

    private static final String HOSTILE =
            "a\r\n{\"event\":\"forged\"}\u001B[2J\u009B31m\u0000\u0085\u2028\u2029\u202E\u007F\uD800 \uDC00\uD83D ü 温 \uD83D\uDE00";

    // A key with a line end in it forged an event; half a surrogate pair or U+2028 broke the line for some readers.
    @Test
    void foreignTextIsOneLineOfAsciiAndReadBackAsItWas() throws Exception {
        var failure = new IllegalStateException(HOSTILE, new IllegalArgumentException(HOSTILE));
        String line = logged(HOSTILE, failure, HOSTILE);
        assertThat(line).endsWith("}\n");
        assertThat(line.chars().limit(line.length() - 1)).allMatch(c -> c >= ' ' && c <= '~');
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.get("message").textValue()).isEqualTo(HOSTILE);
        assertThat(json.get("shard").textValue()).isEqualTo(HOSTILE);
        assertThat(json.get("exception").get("class").textValue()).isEqualTo("java.lang.IllegalStateException");
        assertThat(json.get("exception").get("message").textValue()).isEqualTo(HOSTILE);
        assertThat(json.get("exception").get("stack").textValue())
                .contains("Caused by: java.lang.IllegalArgumentException", "\tat " + JsonLinesTest.class.getName());
    }

    // A field of somebody's own must not take the place of the time or the level.
    @Test
    void theFixedFieldsStandAndComeFirst() throws Exception {
        String line = logged("x", null, "s1");
        assertThat(line)
                .startsWith(
                        "{\"timestamp\":\"2026-11-23T07:40:11.003Z\",\"level\":\"WARN\",\"event\":\"shard-lost\",\"message\":\"x\",")
                .doesNotContain("exception", "mine");
    }

    private static String logged(String message, Throwable failure, String shard) {
        StringMap fields = ContextDataFactory.createContextData();
        fields.putValue("event", "shard-lost");
        fields.putValue("shard", shard);
        fields.putValue("level", "mine");
        return JsonLines.create()
                .toSerializable(Log4jLogEvent.newBuilder()
                        .setLoggerName("io.github.kinesisiot.Test")
                        .setLevel(Level.WARN)
                        .setTimeMillis(1_795_419_611_003L)
                        .setContextData(fields)
                        .setMessage(new SimpleMessage(message))
                        .setThrown(failure)
                        .build());
    }
}
