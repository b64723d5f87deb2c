package io.github.kinesisiot.log;

import io.github.kinesisiot.check.Sentences;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginConfiguration;
import org.apache.logging.log4j.core.config.plugins.PluginElement;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.StringMap;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What libraries warn of, as events of the bridge: a fault in one line, with its causes, and once a minute with a count, however often it is
 * logged. A failure of the network or of AWS loses its stack trace, which says nothing; any other keeps it. What is not a warning passes
 * unchanged. Thread-safe.
 */
@Plugin(name = "Folded", category = Core.CATEGORY_NAME, elementType = Appender.ELEMENT_TYPE, printObject = true)
public final class FoldedAppender extends AbstractAppender {

    /** Ids, sequence numbers, times: what tells two reports of the same fault apart. */
    private static final Pattern VARIABLE = Pattern.compile("[0-9A-Fa-f-]{4,}|\\d+");

    private static final int LONGEST_KIND = 100;

    private final Configuration configuration;
    private final AppenderRef to;
    private final RepeatedFault faults = new RepeatedFault(System::nanoTime);
    private volatile Appender out;

    private FoldedAppender(String name, Configuration configuration, AppenderRef to) {
        super(name, null, null, true, Property.EMPTY_ARRAY);
        this.configuration = configuration;
        this.to = to;
    }

    @PluginFactory
    public static FoldedAppender create(
            @PluginAttribute("name") String name,
            @PluginElement("AppenderRef") AppenderRef to,
            @PluginConfiguration Configuration configuration) {
        return new FoldedAppender(name, configuration, to);
    }

    @Override
    public void start() {
        out = configuration.getAppender(to.getRef());
        if (out == null) {
            LOGGER.error("Appender {}: there is no appender {}", getName(), to.getRef());
        }
        super.start();
    }

    @Override
    public void append(LogEvent event) {
        Appender target = out;
        if (target == null) {
            return;
        }
        if (event.getLevel().isMoreSpecificThan(Level.WARN)) {
            faults.report(kind(event), more -> target.append(folded(event, more)));
        } else {
            target.append(event);
        }
    }

    private static String kind(LogEvent event) {
        Throwable thrown = event.getThrown();
        String what = thrown == null
                ? event.getMessage().getFormattedMessage()
                : root(thrown).getClass().getName();
        String kind = VARIABLE.matcher(String.valueOf(what)).replaceAll("#");
        return event.getLoggerName() + " " + kind.substring(0, Math.min(kind.length(), LONGEST_KIND));
    }

    private static LogEvent folded(LogEvent event, long more) {
        Throwable thrown = event.getThrown();
        StringMap fields = ContextDataFactory.createContextData(event.getContextData());
        fields.putValue("event", "library-fault");
        fields.putValue(
                "reason", thrown == null ? "UNKNOWN" : root(thrown).getClass().getSimpleName());
        fields.putValue("repeated", Long.toString(more));
        String said =
                event.getMessage().getFormattedMessage().lines().findFirst().orElse("");
        return new Log4jLogEvent.Builder(event)
                .setContextData(fields)
                .setMessage(new SimpleMessage(
                        said + (thrown == null ? "" : ": " + Sentences.chain(thrown)) + RepeatedFault.more(more)))
                .setThrown(outside(thrown) ? null : thrown)
                .build();
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
            root = root.getCause();
        }
        return root;
    }

    private static boolean outside(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SdkException
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }
}
