package io.github.kinesisiot.replay;

import io.github.kinesisiot.Printable;
import io.github.kinesisiot.check.Sentences;
import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsException;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.deadletter.DeadLetter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.util.ObjectHelper;

/**
 * The verb {@code replay}: publishes dead letters through the route they came in by, each once however often it is run; what is refused again
 * stays where it is. Ends by itself.
 *
 * <p>Runs beside a bridge: it takes no lease, opens no port, and its connections have client ids of their own below the same prefix.
 */
public final class Replay {

    static final int PUBLISHED = 0;
    static final int NOT_ALL = 1;
    static final int REFUSED = 2;

    private static final int THREADS = 10;

    private final Path directory;
    private final Map<String, String> environment;
    private final BiFunction<Path, Settings, Main> container;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param directory holds {@code config/} and {@code routes/}
     * @param container makes Camel of directory and settings, without initialising it
     */
    Replay(
            Path directory,
            Map<String, String> environment,
            BiFunction<Path, Settings, Main> container,
            PrintStream out,
            PrintStream err) {
        this.directory = directory;
        this.environment = environment;
        this.container = container;
        this.out = out;
        this.err = err;
    }

    /** @return the exit code */
    public static int ofProcess(List<String> arguments, BiFunction<Path, Settings, Main> container) {
        return new Replay(Path.of(""), System.getenv(), container, System.out, System.err).run(arguments);
    }

    int run(List<String> arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.println(Options.USAGE);
            return REFUSED;
        }
        try {
            return options.dryRun() ? list(options) : replay(options, settings());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NOT_ALL;
        } catch (Exception | LinkageError e) {
            // Camel wraps what the bean of a further role says.
            var refused = ObjectHelper.getException(SettingsException.class, e);
            if (refused != null) {
                err.println("Configuration refused, nothing was replayed:");
                refused.problems().forEach(problem -> err.println("  " + problem));
                return REFUSED;
            }
            err.println("Could not replay: " + Sentences.chain(e));
            return NOT_ALL;
        }
    }

    private Settings settings() throws SettingsException {
        return SettingsReader.read(
                directory.resolve("config/application.properties"),
                environment,
                System.getProperties(),
                Machine.real());
    }

    /** What would be published; without settings, also what is of another bridge. */
    private int list(Options options) throws IOException, InterruptedException {
        var tally = new Tally(out, err);
        Home home = home();
        Set<RecordId> seen = new HashSet<>();
        for (Path file : options.files()) {
            Set<RecordId> before = Replayed.read(file);
            Letters.read(file, new Selected(options, home, tally) {
                @Override
                void selected(Letters.Numbered numbered) {
                    DeadLetter letter = numbered.letter();
                    RecordId id = RecordId.of(letter);
                    if (!before.contains(id) && seen.add(id)) {
                        out.println(Printable.of(letter.storedAt() + " " + letter.reason() + " "
                                + letter.partitionKey() + " " + letter.sequenceNumber()
                                + (letter.subSequenceNumber() == 0 ? "" : "/" + letter.subSequenceNumber()) + " "
                                + (letter.topic() == null ? "-" : letter.topic())));
                    }
                }
            });
        }
        return tally.allAreOurs() ? PUBLISHED : NOT_ALL;
    }

    /** By as many settings as there are. */
    private Home home() {
        Optional<String> stream = peek(Key.KINESIS_STREAM);
        return new Home(stream, peek(Key.KINESIS_APPLICATION).or(() -> stream.map(SettingsReader::defaultApplication)));
    }

    private Optional<String> peek(Key key) {
        return SettingsReader.peek(
                key, directory.resolve("config/application.properties"), environment, System.getProperties());
    }

    private int replay(Options options, Settings settings) throws Exception {
        var routes = new ReplayRoutes();
        Main main = container.apply(directory, settings);
        main.addOverrideProperty("camel.management.enabled", "false");
        // After the bridge's own, before the routes are read.
        main.configure().addConfiguration(new CamelConfiguration() {
            @Override
            public void configure(CamelContext context) {
                routes.prepare(context);
            }
        });
        ScheduledExecutorService threads =
                Executors.newScheduledThreadPool(THREADS, task -> new Thread(task, "replay"));
        var tally = new Tally(out, err);
        Home home = Home.of(settings);
        main.start();
        try {
            routes.open();
            replay(options, home, new Replayer(routes, threads, System::nanoTime, options.rate(), tally), tally);
        } finally {
            threads.shutdownNow();
            main.stop();
        }
        return tally.sum() ? PUBLISHED : NOT_ALL;
    }

    private void replay(Options options, Home home, Replayer replayer, Tally tally)
            throws IOException, InterruptedException {
        Set<RecordId> seen = new HashSet<>();
        for (Path file : options.files()) {
            try (Replayed marks = Replayed.open(file)) {
                try {
                    Letters.read(file, new Selected(options, home, tally) {
                        @Override
                        void selected(Letters.Numbered letter) throws InterruptedException {
                            RecordId id = RecordId.of(letter.letter());
                            if (marks.contains(id) || !seen.add(id)) {
                                tally.earlier();
                            } else {
                                replayer.submit(letter, marks);
                            }
                        }
                    });
                } finally {
                    replayer.finish();
                }
            }
        }
    }

    /** Of the lines of a file, the letters that the options name, and that are of this bridge. */
    private abstract static class Selected implements Letters.Reader {

        private final Options options;
        private final Home home;
        private final Tally tally;

        private Selected(Options options, Home home, Tally tally) {
            this.options = options;
            this.home = home;
            this.tally = tally;
        }

        abstract void selected(Letters.Numbered letter) throws InterruptedException;

        @Override
        public void letter(Letters.Numbered letter) throws InterruptedException {
            if (!options.selects(letter.letter())) {
                return;
            }
            if (!options.foreign() && home.isForeign(letter.letter())) {
                tally.foreign(letter, home);
            } else {
                selected(letter);
            }
        }

        @Override
        public void broken(Path file, long line, String why) {
            tally.broken(file, line, why);
        }

        @Override
        public void unfinished(Path file, long line) {
            tally.unfinished(file, line);
        }
    }
}
