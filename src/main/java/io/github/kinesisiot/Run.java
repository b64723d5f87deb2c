package io.github.kinesisiot;

import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Problem;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsException;
import io.github.kinesisiot.config.SettingsReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** The verb {@code run}: reads the settings, refuses what cannot work, and runs Camel until the process is told to stop. */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final Path directory;
    private final Map<String, String> environment;
    private final PrintStream err;

    /** @param directory holds {@code config/} and {@code routes/} */
    Run(Path directory, Map<String, String> environment, PrintStream err) {
        this.directory = directory;
        this.environment = environment;
        this.err = err;
    }

    static Run inWorkingDirectory() {
        return new Run(Path.of(""), System.getenv(), System.err);
    }

    /** @return the exit code */
    int run() {
        try {
            Settings settings = SettingsReader.read(
                    directory.resolve("config/application.properties"),
                    environment,
                    System.getProperties(),
                    Machine.real());
            requireRoutes();
            return run(BridgeMain.of(directory, settings));
        } catch (SettingsException e) {
            err.println("Configuration refused, nothing was started:");
            for (Problem problem : e.problems()) {
                err.println("  " + problem);
            }
            return Bridge.CONFIGURATION_REFUSED;
        } catch (Exception e) {
            LOG.debug("Could not start", e);
            err.println("Could not start: " + chain(e));
            return Bridge.COULD_NOT_START;
        }
    }

    private static int run(Main main) throws Exception {
        main.run();
        return main.getExitCode();
    }

    /** Camel starts with no route at all, and without a word, when no file matches. */
    private void requireRoutes() throws IOException {
        Path routes = directory.resolve("routes");
        if (Files.isDirectory(routes)) {
            try (var files = Files.newDirectoryStream(routes, "*.camel.yaml")) {
                if (files.iterator().hasNext()) {
                    return;
                }
            }
        }
        throw new IOException("there is no route: no file matches " + routes.resolve("*.camel.yaml") + " below "
                + directory.toAbsolutePath());
    }

    /** One line for the whole chain: the outer messages say where, the inner ones why. */
    private static String chain(Throwable failure) {
        var sentences = new LinkedHashSet<String>();
        for (Throwable cause = failure; cause != null && sentences.size() < 10; cause = cause.getCause()) {
            String message =
                    String.valueOf(cause.getMessage()).lines().findFirst().orElse("") + place(cause);
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
