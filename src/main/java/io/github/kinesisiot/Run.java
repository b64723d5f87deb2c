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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verb {@code run}: reads the settings, refuses what cannot work, and runs Camel until the process is told to stop. */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final Path directory;
    private final Map<String, String> environment;
    private final PrintStream err;
    private final boolean json;

    /**
     * @param directory holds {@code config/} and {@code routes/}
     * @param json whether the log is JSON: a refusal is then an event of it, since whoever reads JSON reads no sentences between
     */
    Run(Path directory, Map<String, String> environment, PrintStream err, boolean json) {
        this.directory = directory;
        this.environment = environment;
        this.err = err;
        this.json = json;
    }

    static Run inWorkingDirectory(boolean json) {
        return new Run(Path.of(""), System.getenv(), System.err, json);
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
                LOG.atWarn()
                        .addKeyValue("event", "setting-suspect")
                        .addKeyValue("setting", warning.key())
                        .log("{}", warning);
            }
            RouteFiles.require(directory);
            return run(BridgeMain.of(directory, settings));
        } catch (Exception | LinkageError e) {
            // Camel wraps what the bean of a further role says.
            var refused = ObjectHelper.getException(SettingsException.class, e);
            if (refused != null) {
                refused(refused.problems());
                return Bridge.CONFIGURATION_REFUSED;
            }
            // A class that is not there is what a jar too few in components/ looks like.
            LOG.debug("Could not start", e);
            notStarted(Sentences.chain(e));
            return Bridge.COULD_NOT_START;
        }
    }

    private void refused(List<Problem> problems) {
        if (json) {
            for (Problem problem : problems) {
                LOG.atError()
                        .addKeyValue("event", "setting-refused")
                        .addKeyValue("setting", problem.key())
                        .addKeyValue("exit_code", Bridge.CONFIGURATION_REFUSED)
                        .log("Configuration refused: {}", problem);
            }
        } else {
            err.println("Configuration refused, nothing was started:");
            for (Problem problem : problems) {
                err.println("  " + problem);
            }
        }
    }

    private void notStarted(String why) {
        if (json) {
            LOG.atError()
                    .addKeyValue("event", "start-failed")
                    .addKeyValue("exit_code", Bridge.COULD_NOT_START)
                    .log("Could not start: {}", why);
        } else {
            err.println("Could not start: " + why);
        }
    }

    private static int run(Main main) throws Exception {
        var shutdown = new Shutdown(
                () -> Duration.ofSeconds((long) main.configure().getShutdownTimeout()
                        + main.configure().getExtraShutdownTimeout()),
                System::nanoTime);
        main.setShutdownStrategy(shutdown);
        var claim = new LettersClaim(System::nanoTime, pause -> {
            shutdown.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            return shutdown.isRunAllowed();
        });
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeStart(BaseMainSupport starting) {
                try {
                    claim.of(starting.getCamelContext());
                } catch (Exception e) {
                    throw RuntimeCamelException.wrapRuntimeException(e);
                }
            }
        });
        try {
            main.run();
        } catch (Exception | Error e) {
            shutdown.notStarted();
            throw e;
        }
        shutdown.ended(main.getExitCode());
        return main.getExitCode();
    }
}
