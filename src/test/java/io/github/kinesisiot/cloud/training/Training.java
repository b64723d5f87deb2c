package io.github.kinesisiot.cloud.training;

import io.github.kinesisiot.cloud.BridgeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the bridge once against the {@link TrainingCloud}, from the start of its process to a clean end, and lets its JVM keep the classes
 * it has loaded: {@code Training JAVA JAR ARCHIVE}, to be run where config/ and routes/ are. The archive belongs to that very JVM and jar.
 *
 * <p>Takes seconds and never more than a minute. Where the bridge did not get to the end of its work, with routes that wait for something
 * the training cloud does not have for example, the archive holds what was loaded until then. Ends with 1 if there is none.
 */
public final class Training {
    private static final Duration LIMIT = Duration.ofSeconds(20);
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
                        settings(cloud), cloud.directory(), Path.of("").toAbsolutePath(), java, options, jar)) {
            boolean all = allDone(cloud, bridge);
            Optional<Integer> code = bridge.stop();
            boolean trained = Files.exists(archive);
            if (!all || !trained) {
                System.err.println("The class archive " + archive + (trained ? " lacks a part" : " was not written")
                        + ": everything works, only the start takes longer. The bridge ended with "
                        + code.map(String::valueOf).orElse("SIGKILL") + ": " + bridge.lastWords());
            }
            return trained;
        }
    }

    /** What the files in config/ may say otherwise and the training cloud cannot serve. */
    private static Map<String, String> settings(TrainingCloud cloud) {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_RETRIEVAL", "polling");
        settings.put("KINESIS_START", "TRIM_HORIZON");
        settings.put("KINESIS_CHECKPOINT_INTERVAL", "200ms");
        return settings;
    }

    private static boolean allDone(TrainingCloud cloud, BridgeProcess bridge) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (cloud.everythingCheckpointed()
                    && bridge.ready()
                    && bridge.figures().isPresent()) {
                return true;
            }
            if (bridge.awaitExit(POLL).isPresent()) {
                return false;
            }
        }
        return false;
    }
}
