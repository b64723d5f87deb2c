package io.github.kinesisiot.cloud.training;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.BridgeProcess.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs the bridge once against the {@link TrainingCloud}, from the start of its process to a clean end, and lets its JVM keep the classes
 * it has loaded: {@code Training JAVA JAR ARCHIVE}, to be run where config/ and routes/ are. The archive belongs to that very JVM and jar.
 *
 * <p>Takes seconds, and is bounded in time. Where the bridge did not get to the end of its work, with routes that wait for something
 * the training cloud does not have for example, the archive holds what was loaded until then. Ends with 1 if there is none.
 */
public final class Training {
    /** From the start of the process to the first read: seconds; a busy machine has made twenty of them. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** From there to the last checkpoint: an instant, unless the routes do not get along with the training cloud. */
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(15);

    /** For the drain, and for the JVM to write the archive: ten seconds of one core, half a minute of a busy one. */
    private static final Duration GRACE = Duration.ofSeconds(120);

    /** By SIGTERM, after a clean end. */
    private static final Optional<Integer> TERMINATED = Optional.of(143);

    private static final Duration POLL = Duration.ofMillis(50);

    private Training() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: Training JAVA JAR ARCHIVE");
            System.exit(1);
        }
        System.exit(train(args[0], args[1], Path.of(args[2])) ? 0 : 1);
    }

    private static boolean train(String java, String jar, Path archive) throws Exception {
        Files.deleteIfExists(archive);
        List<String> options = List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive);
        try (TrainingCloud cloud = new TrainingCloud(Clock.systemUTC());
                BridgeProcess bridge = BridgeProcess.start(
                        settings(cloud),
                        cloud.directory(),
                        Path.of("").toAbsolutePath(),
                        new Program(java, options, jar, GRACE))) {
            boolean all = allDone(cloud, bridge);
            Optional<Integer> code = bridge.stop();
            boolean trained = code.equals(TERMINATED) && Files.exists(archive);
            if (!trained) {
                // Cut off in the middle.
                Files.deleteIfExists(archive);
            }
            if (!all || !trained) {
                System.err.println("The class archive " + archive + (trained ? " lacks a part" : " was not written")
                        + ": everything works, only the start takes longer. The bridge ended with "
                        + code.map(String::valueOf).orElse("nothing") + ": " + bridge.lastWords());
            }
            return trained;
        }
    }

    /** What the files in config/ may say otherwise and the training cloud cannot serve. */
    private static Map<String, String> settings(TrainingCloud cloud) {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        // Empty is as good as not set: the region is AWS_REGION.
        settings.put("KINESIS_REGION", "");
        settings.put("KINESIS_RETRIEVAL", "polling");
        settings.put("KINESIS_START", "TRIM_HORIZON");
        settings.put("KINESIS_CHECKPOINT_INTERVAL", "200ms");
        return settings;
    }

    private static boolean allDone(TrainingCloud cloud, BridgeProcess bridge) {
        return within(START_LIMIT, bridge, cloud::read)
                && within(
                        SETTLE_LIMIT,
                        bridge,
                        () -> cloud.everythingCheckpointed()
                                && bridge.ready()
                                && bridge.figures().isPresent()
                                && bridge.status().isPresent());
    }

    private static boolean within(Duration limit, BridgeProcess bridge, BooleanSupplier reached) {
        long end = System.nanoTime() + limit.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end || bridge.awaitExit(POLL).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
