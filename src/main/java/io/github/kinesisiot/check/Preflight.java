package io.github.kinesisiot.check;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Problem;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.config.SettingsException;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.iot.EndpointProbe;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.camel.main.Main;

/**
 * The verb {@code check}: takes the bridge's way once and says where it ends. Publishes only when it is told to, reads no record, takes no
 * lease, and connects under a client id of its own, so that it can run beside a running bridge.
 */
public final class Preflight {

    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int REFUSED = 2;

    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Camel alone needs that on a slow machine; nothing of it waits for a network. */
    private static final Duration ROUTES_LIMIT = Duration.ofSeconds(30);

    private final World world;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * What it runs in.
     *
     * @param directory holds {@code config/} and {@code routes/}
     * @param container makes Camel of directory and settings, without initialising it
     */
    record World(
            Path directory,
            Map<String, String> environment,
            Machine machine,
            Clock clock,
            LongSupplier nanos,
            AwsClients.Customizer customizer,
            BiFunction<Path, Settings, Main> container) {}

    Preflight(World world, PrintStream out, PrintStream err) {
        this.world = world;
        this.out = out;
        this.err = err;
    }

    /** With the working directory, the environment and the streams of the process. */
    public static int ofProcess(List<String> arguments, BiFunction<Path, Settings, Main> container) {
        var world = new World(
                Path.of(""),
                System.getenv(),
                Machine.real(),
                Clock.systemUTC(),
                System::nanoTime,
                AwsClients.AS_THE_SDK_DOES,
                container);
        return new Preflight(world, System.out, System.err).run(arguments);
    }

    /** @return the exit code */
    int run(List<String> arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return REFUSED;
        }
        Report report = options.json() ? new JsonReport(out) : new PlainReport(out, width());
        long begun = world.nanos().getAsLong();
        List<Result> results = new ArrayList<>();
        int exitCode = steps(options, begun, result -> {
            results.add(result);
            report.ended(result);
        });
        report.complete(results, exitCode, millisSince(begun));
        return exitCode;
    }

    private int steps(Options options, long begun, Consumer<Result> ended) {
        Settings settings;
        try {
            settings = SettingsReader.read(
                    world.directory().resolve("config/application.properties"),
                    world.environment(),
                    System.getProperties(),
                    world.machine());
        } catch (SettingsException e) {
            ended.accept(Result.of(Step.SETTINGS, millisSince(begun), Finding.failed(refused(e))));
            asked(options).forEach(step -> ended.accept(Result.notReached(step, Step.SETTINGS)));
            return REFUSED;
        }
        Result read = Result.of(Step.SETTINGS, millisSince(begun), accepted(settings));
        ended.accept(read);
        boolean[] failed = new boolean[1];
        var runner = new Runner(threads(), world.nanos());
        var camel = new RouteStep(world.directory(), () -> world.container().apply(world.directory(), settings));
        List<Runner.Task> tasks = new ArrayList<>();
        tasks.add(new Runner.Task(Step.ROUTES, List.of(), camel::check, ROUTES_LIMIT));
        if (options.offline()) {
            runner.run(tasks, result -> failed[0] |= note(result, ended));
            return failed[0] ? FAILED : OK;
        }
        // Not offline: a pipeline is not the machine that the letters will be on.
        var letters = new LetterStep(settings.deadLetterDirectory(), camel::fileLetters);
        tasks.add(new Runner.Task(Step.DEAD_LETTER, List.of(Runner.Need.ok(Step.ROUTES)), letters::check, LIMIT));
        try (var aws = new AwsClients(
                        settings.get(Key.KINESIS_REGION).orElseThrow(), world.clock(), world.customizer());
                var probe = new EndpointProbe(target(settings), LIMIT.minusSeconds(1), world.clock(), world.nanos())) {
            tasks.addAll(online(settings, aws, probe, options));
            runner.run(tasks, result -> failed[0] |= note(result, ended));
        }
        return failed[0] ? FAILED : OK;
    }

    private List<Runner.Task> online(Settings settings, AwsClients aws, EndpointProbe probe, Options options) {
        var names = new Names(settings);
        var identity = new IdentitySteps(settings.role(), names, aws);
        var source = new SourceSteps(settings, names, aws, identity);
        var target = new TargetSteps(settings, names, aws, probe, world.clock());
        var credentials = Runner.Need.unless(Step.IDENTITY, IdentitySteps.NO_CREDENTIALS);
        var sts = Runner.Need.unless(Step.IDENTITY, IdentitySteps.NO_ROLE_EITHER);
        List<Runner.Task> tasks = new ArrayList<>();
        tasks.add(new Runner.Task(Step.IDENTITY, List.of(), identity::identity, LIMIT));
        tasks.add(new Runner.Task(
                Step.CLOCK,
                List.of(new Runner.Need(Step.IDENTITY, asked -> identity.timeIsKnown())),
                identity::clock,
                LIMIT));
        tasks.add(new Runner.Task(Step.STREAM, List.of(credentials), source::stream, LIMIT));
        tasks.add(new Runner.Task(Step.LEASE_TABLE, List.of(credentials), source::leaseTable, LIMIT));
        tasks.add(new Runner.Task(Step.ROLE, List.of(sts), target::role, LIMIT));
        tasks.add(new Runner.Task(Step.NAME, List.of(), target::name, LIMIT));
        tasks.add(new Runner.Task(Step.TLS, List.of(Runner.Need.ok(Step.NAME)), target::tls, LIMIT));
        tasks.add(new Runner.Task(
                Step.CONNECT, List.of(Runner.Need.ok(Step.ROLE), Runner.Need.ok(Step.TLS)), target::connect, LIMIT));
        options.publish()
                .ifPresent(topic -> tasks.add(new Runner.Task(
                        Step.PUBLISH, List.of(Runner.Need.ok(Step.CONNECT)), () -> target.publish(topic), LIMIT)));
        return tasks;
    }

    private static boolean note(Result result, Consumer<Result> ended) {
        ended.accept(result);
        return !result.ok();
    }

    private static List<Step> asked(Options options) {
        List<Step> steps = new ArrayList<>(List.of(Step.values()));
        steps.remove(Step.SETTINGS);
        if (options.offline()) {
            steps.retainAll(List.of(Step.ROUTES));
        }
        if (options.publish().isEmpty()) {
            steps.remove(Step.PUBLISH);
        }
        return steps;
    }

    private static Finding accepted(Settings settings) {
        return Finding.ok(
                List.of(
                        "stream " + settings.get(Key.KINESIS_STREAM).orElseThrow(),
                        "region " + settings.get(Key.KINESIS_REGION).orElseThrow(),
                        "role " + settings.role().arn(),
                        "endpoint " + settings.get(Key.IOT_ENDPOINT).orElseThrow()),
                settings.warnings().stream().map(Problem::toString).toList());
    }

    private static Fault refused(SettingsException e) {
        List<Fix> fixes = e.problems().stream()
                .map(problem -> Fix.here(problem.toString()))
                .toList();
        return new Fault(
                "SETTINGS_REFUSED",
                fixes.size() == 1 ? "one setting is refused" : fixes.size() + " settings are refused",
                Account.HERE,
                fixes);
    }

    private static EndpointProbe.Target target(Settings settings) {
        return new EndpointProbe.Target(
                settings.get(Key.IOT_ENDPOINT).orElseThrow(),
                settings.get(Key.IOT_REGION),
                settings.get(Key.IOT_CLIENT_ID).orElseThrow(),
                TargetSteps.SUFFIX,
                settings.get(Key.IOT_CA_FILE),
                settings.iotResources());
    }

    private int width() {
        String columns = world.environment().getOrDefault("COLUMNS", "");
        return columns.matches("\\d{1,4}") ? Math.min(120, Math.max(80, Integer.parseInt(columns))) : 100;
    }

    private long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(world.nanos().getAsLong() - begun);
    }

    private static ExecutorService threads() {
        return Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "check");
            thread.setDaemon(true);
            return thread;
        });
    }
}
