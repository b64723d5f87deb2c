package io.github.kinesisiot.check;

import java.util.LinkedHashSet;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** A failure, with all that caused it, in one line. */
public final class Sentences {

    private Sentences() {}

    /** The whole chain: the outer messages say where, the inner ones why. */
    public static String chain(Throwable failure) {
        var sentences = new LinkedHashSet<String>();
        for (Throwable cause = failure; cause != null && sentences.size() < 10; cause = cause.getCause()) {
            String message = Words.firstLine(cause.getMessage()) + place(cause);
            // A wrapper repeats what it wraps: only what is new is worth reading.
            if (sentences.stream().noneMatch(said -> said.contains(message))) {
                sentences.add(cause.getClass().getSimpleName() + ": " + message);
            }
        }
        return String.join("; caused by ", sentences);
    }

    /** Where in a YAML file, if that is what could not be read; its own lines below the first repeat the file's text. */
    private static String place(Throwable cause) {
        return cause instanceof MarkedYamlEngineException yaml
                ? yaml.getProblemMark()
                        .or(yaml::getContextMark)
                        .map(mark -> " in " + mark.getName() + ", line " + (mark.getLine() + 1) + ", column "
                                + (mark.getColumn() + 1))
                        .orElse("")
                : "";
    }
}
