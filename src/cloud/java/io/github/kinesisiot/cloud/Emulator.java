package io.github.kinesisiot.cloud;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An emulator of one AWS service, a Node.js program that keeps everything in memory and listens on a free port of 127.0.0.1.
 */
public final class Emulator implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    /** It keeps nothing, so there is nothing to end in order; that of Kinesis does not end at SIGTERM at all. */
    private static final Duration GRACE = Duration.ZERO;
    // See loopback.cjs: a port below 10 is "any free one", reported under the number it was asked by.
    private static final String OTHER_PORT = "1";
    private static final String MAIN_PORT = "2";
    private static final Pattern LISTENING = Pattern.compile("(?m)^listening " + MAIN_PORT + " (\\d+)$");

    private final ChildProcess process;
    private final int port;

    private Emulator(ChildProcess process) {
        this.process = process;
        this.port = Integer.parseInt(process.awaitLine(LISTENING, START).group(1));
    }

    static Emulator kinesis(Path packages, Path run) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KINESIS_MOCK_TLS_PORT", OTHER_PORT);
        environment.put("KINESIS_MOCK_PLAIN_PORT", MAIN_PORT);
        environment.put("AWS_ACCOUNT_ID", Accounts.SOURCE);
        environment.put("AWS_REGION", Accounts.SOURCE_REGION);
        environment.put("SHARD_LIMIT", "1000");
        for (String operation : List.of(
                "CREATE_STREAM",
                "DELETE_STREAM",
                "SPLIT_SHARD",
                "MERGE_SHARDS",
                "UPDATE_SHARD_COUNT",
                "REGISTER_STREAM_CONSUMER",
                "DEREGISTER_STREAM_CONSUMER")) {
            environment.put(operation + "_DURATION", "50ms");
        }
        // It reads its certificate from the working directory.
        return start("kinesis", run, packages.resolve("node_modules/kinesis-local"), environment, List.of("main.js"));
    }

    /** For many records; it knows JSON only, no CBOR. */
    static Emulator lastingKinesis(Path packages, Path run) {
        Path directory = packages.resolve("node_modules/kinesalite");
        List<String> arguments = List.of(
                "cli.js",
                "--port",
                MAIN_PORT,
                "--createStreamMs",
                "20",
                "--deleteStreamMs",
                "20",
                "--shardLimit",
                "1000");
        return start("kinesis", run, directory, Map.of(), arguments);
    }

    static Emulator dynamoDb(Path packages, Path run) {
        Path directory = packages.resolve("node_modules/dynalite");
        List<String> arguments =
                List.of("cli.js", "--port", MAIN_PORT, "--createTableMs", "20", "--deleteTableMs", "20");
        return start("dynamodb", run, directory, Map.of(), arguments);
    }

    /** SQS and S3 behind one port. */
    static Emulator stores(Path packages, Path run) {
        Path directory = packages.resolve("node_modules/fauxqs");
        Map<String, String> environment =
                Map.of("FAUXQS_PORT", MAIN_PORT, "FAUXQS_DEFAULT_REGION", Accounts.SOURCE_REGION);
        return start("stores", run, directory, environment, List.of("dist/server.js"));
    }

    private static Emulator start(
            String name, Path run, Path directory, Map<String, String> environment, List<String> arguments) {
        Path loopback = Resources.copyOnce("loopback.cjs", Workspace.root());
        List<String> command = new ArrayList<>(List.of(Programs.node().toString(), "--require", loopback.toString()));
        command.addAll(arguments);
        ChildProcess process =
                ChildProcess.start(name, run.resolve(name + ".log"), directory, environment, GRACE, command);
        try {
            return new Emulator(process);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    public int port() {
        return port;
    }

    public ChildProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
