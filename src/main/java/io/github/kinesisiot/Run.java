package io.github.kinesisiot;

import io.github.kinesisiot.check.RouteFiles;
import io.github.kinesisiot.check.Sentences;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Problem;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsException;
import io.github.kinesisiot.config.SettingsReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
            for (Problem warning : settings.warnings()) {
                LOG.warn("{}", warning);
            }
            RouteFiles.require(directory);
            return run(BridgeMain.of(directory, settings));
        } catch (SettingsException e) {
            err.println("Configuration refused, nothing was started:");
            for (Problem problem : e.problems()) {
                err.println("  " + problem);
            }
            return Bridge.CONFIGURATION_REFUSED;
        } catch (Exception e) {
            LOG.debug("Could not start", e);
            err.println("Could not start: " + Sentences.chain(e));
            return Bridge.COULD_NOT_START;
        }
    }

    private static int run(Main main) throws Exception {
        main.run();
        return main.getExitCode();
    }
}
