package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** {@code config/log4j2.properties}: what becomes of foreign text on its way to the log. */
class LogLayoutTest {

    private static final String HOSTILE =
            "a\r\n2026-11-23T00:00:00.000Z ERROR Hold - forged\u001B[2J\u009B31m\u0000\u0085\u2028\u202E\u007F\uD800 ü 温";

    // A key with a line end in it forged lines; one with an escape sequence cleared the terminal of who read the log.
    @Test
    void foreignTextStaysOnItsLineAndSteersNoTerminal() {
        String line = logged(HOSTILE, null);
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("a\\r\\n2026-11-23").contains("forged?[2J?31m?????? ü 温");
        assertHarmless(line);
    }

    // The message of an exception is foreign text too; its stack trace may still be read line by line.
    @Test
    void theMessageOfAnExceptionForgesNoLineOfItsStackTrace() {
        var failure = new IllegalStateException(HOSTILE, new IllegalArgumentException(HOSTILE));
        failure.addSuppressed(new IllegalArgumentException(HOSTILE));
        String text = logged("failed", failure);
        assertThat(text.lines().skip(1))
                .allMatch(line -> line.startsWith("\tat ")
                        || line.startsWith("\tSuppressed: ")
                        || line.startsWith("\t\t")
                        || line.startsWith("\t... ")
                        || line.startsWith("Caused by: ")
                        || line.startsWith("java.lang.IllegalStateException: a"));
        assertThat(text.lines().filter(line -> line.startsWith("java.lang.IllegalStateException")))
                .hasSize(1);
        assertThat(text).endsWith("\n");
        assertHarmless(text);
    }

    private static void assertHarmless(String text) {
        assertThat(text.codePoints().filter(c -> c != '\n' && c != '\t'))
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    private static String logged(String message, Throwable failure) {
        try (var context = new LoggerContext("test")) {
            Configuration configuration = new PropertiesConfigurationFactory()
                    .getConfiguration(
                            context,
                            ConfigurationSource.fromUri(
                                    Path.of("config/log4j2.properties").toUri()));
            configuration.initialize();
            var event = Log4jLogEvent.newBuilder()
                    .setLoggerName("io.github.kinesisiot.Test")
                    .setLevel(Level.WARN)
                    .setMessage(new SimpleMessage(message))
                    .setThrown(failure)
                    .build();
            return configuration
                    .getAppender("out")
                    .getLayout()
                    .toSerializable(event)
                    .toString();
        }
    }
}
