package io.github.kinesisiot;

import io.github.kinesisiot.check.Preflight;
import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.replay.Replay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The main class: the verbs and the exit codes. */
public final class Bridge {

    static final int COULD_NOT_START = 1;
    static final int CONFIGURATION_REFUSED = 2;

    private static final String USAGE = """
            usage: bridge run     publish each record of the Kinesis stream to AWS IoT Core, until stopped
                   bridge check [--offline] [--json] [--publish TOPIC]
                                  say whether it would work, and what to change in which account if not
                   bridge replay [--dry-run] [--rate N] [--reason CODE] [--key K] [--since INSTANT] [--foreign] FILE…
                                  publish dead letters again, each once
                   bridge demo    the same on a local cloud of this machine (from a source checkout only)
                   bridge verify  run its tests (from a source checkout only)
                   bridge bench   measure it (from a source checkout only)
                   bridge --help, --version
            """;

    private Bridge() {}

    public static void main(String[] args) {
        String verb = args.length == 0 ? "" : args[0];
        boolean json = configureLogging(verb);
        int exitCode =
                switch (verb) {
                    case "run" -> Run.inWorkingDirectory(json).run();
                    case "check" -> Preflight.ofProcess(Arrays.asList(args).subList(1, args.length), BridgeMain::of);
                    case "replay" -> Replay.ofProcess(Arrays.asList(args).subList(1, args.length), BridgeMain::of);
                    case "--help", "-h", "help" -> print(USAGE.strip());
                    case "--version" -> print("kinesis-iot-bridge " + version());
                    case "demo", "bench", "verify" ->
                        refuse(verb + " needs the local cloud, which is not part of the image: run ./bridge " + verb
                                + " in a source checkout");
                    case "" -> refuse(USAGE.strip());
                    default -> refuse("bridge: there is no '" + Printable.of(verb) + "'\n" + USAGE.strip());
                };
        System.exit(exitCode);
    }

    private static int print(String text) {
        System.out.println(text);
        return 0;
    }

    /** Wrong arguments are refused as wrong settings are: whoever starts this in a script can tell them from a bridge that could not start. */
    private static int refuse(String sentence) {
        System.err.println(sentence);
        return CONFIGURATION_REFUSED;
    }

    /** Of the jar; classes that are in none have no version. */
    private static String version() {
        String version = Bridge.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /**
     * Before the first logger is made: the log is configured by a file that users can edit, and by the setting of its format.
     *
     * @return whether the log is JSON
     */
    private static boolean configureLogging(String verb) {
        if (System.getProperty("log4j2.configurationFile") != null) {
            return false;
        }
        Path file = Path.of("config", "log4j2.properties");
        boolean json = SettingsReader.peek(
                        Key.LOG_FORMAT,
                        Path.of("config", "application.properties"),
                        System.getenv(),
                        System.getProperties())
                .filter("json"::equals)
                .isPresent();
        if (verb.equals("check")) {
            // Its report is all that it prints.
            System.setProperty("log4j2.configurationFile", "classpath:log4j2-silent.properties");
            return false;
        }
        // Whoever mounts a config/ of nothing but settings wants the log all the same.
        String sentences = Files.isRegularFile(file) && Files.isReadable(file)
                ? file.toString()
                : "classpath:shipped/log4j2.properties";
        System.setProperty(
                "log4j2.configurationFile", json ? sentences + ",classpath:log4j2-json.properties" : sentences);
        return json;
    }
}
