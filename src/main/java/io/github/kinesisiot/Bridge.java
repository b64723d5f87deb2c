package io.github.kinesisiot;

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
                   bridge replay [--dry-run] [--rate N] [--reason CODE] [--key K] [--since INSTANT] FILE…
                                  publish dead letters again, each once
                   bridge demo    the same on a local cloud of this machine (from a source checkout only)
                   bridge bench   measure it (from a source checkout only)
            """;

    private Bridge() {}

    public static void main(String[] args) {
        configureLogging();
        String verb = args.length == 0 ? "" : args[0];
        int exitCode =
                switch (verb) {
                    case "run" -> Run.inWorkingDirectory().run();
                    case "replay" -> Replay.ofProcess(Arrays.asList(args).subList(1, args.length), BridgeMain::of);
                    case "demo", "bench" ->
                        refuse("the local cloud of " + verb + " is not part of the image: run ./bridge " + verb
                                + " in a source checkout");
                    default -> refuse(USAGE.strip());
                };
        System.exit(exitCode);
    }

    private static int refuse(String sentence) {
        System.err.println(sentence);
        return COULD_NOT_START;
    }

    /** Before the first logger is made: the log is configured by a file that users can edit. */
    private static void configureLogging() {
        Path file = Path.of("config", "log4j2.properties");
        if (System.getProperty("log4j2.configurationFile") == null && Files.isReadable(file)) {
            System.setProperty("log4j2.configurationFile", file.toString());
        }
    }
}
