package io.github.kinesisiot.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FoldedAppenderTest {

    private final List<LogEvent> lines = new ArrayList<>();
    private FoldedAppender folded;

    @BeforeEach
    void start() {
        var configuration = new DefaultConfiguration();
        var out = new AbstractAppender("out", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                lines.add(event.toImmutable());
            }
        };
        configuration.addAppender(out);
        folded = FoldedAppender.create("folded", AppenderRef.createAppenderRef("out", null, null), configuration);
        folded.start();
    }

    // An outage of DynamoDB was a stack trace of forty lines every second, from KCL.
    @Test
    void aFaultOfTheNetworkIsOneLineHoweverOftenItIsLogged() {
        var failure = new IllegalStateException("no leases", new IOException("connection refused"));
        for (int i = 0; i < 50; i++) {
            log(Level.ERROR, "Could not take lease shardId-00000000000" + i + "\nMessage History: …", failure);
        }
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.getMessage().getFormattedMessage())
                    .contains("Could not take lease", "no leases", "connection refused")
                    .doesNotContain("\n", "History");
            assertThat(line.getThrown()).isNull();
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getContextData().<String>getValue("event")).isEqualTo("library-fault");
            assertThat(line.getContextData().<String>getValue("reason")).isEqualTo("IOException");
        });
    }

    // What only KCL knows would be gone: a mistake of its own, or of a step of the route, is found by its stack trace.
    @Test
    void whatIsNoFaultOfTheNetworkKeepsItsStackTrace() {
        log(Level.ERROR, "Worker.run caught exception", new NullPointerException("x"));
        log(Level.ERROR, "Worker.run caught exception", new IOException("x"));
        log(Level.ERROR, "no exception", null);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).getThrown()).isInstanceOf(NullPointerException.class);
        assertThat(lines.get(1).getThrown()).isNull();
    }

    // A user who turns on KCL's own narration wants all of it.
    @Test
    void whatIsNoWarningPassesAsItIs() {
        for (int i = 0; i < 3; i++) {
            log(Level.INFO, "Sleeping", null);
        }
        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.getContextData().isEmpty()).isTrue());
    }

    private void log(Level level, String message, Throwable thrown) {
        folded.append(Log4jLogEvent.newBuilder()
                .setLoggerName("software.amazon.kinesis.X")
                .setLevel(level)
                .setMessage(new SimpleMessage(message))
                .setThrown(thrown)
                .build());
    }
}
