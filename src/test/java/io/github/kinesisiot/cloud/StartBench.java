package io.github.kinesisiot.cloud;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * {@code ./bridge bench}: how long a start takes on the local cloud, from the process to the first message at a subscriber, with and without the
 * trained class archive, side by side in one run.
 */
public final class StartBench {
    private static final int ROUNDS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final LocalCloud cloud;
    private int records;

    private StartBench(LocalCloud cloud) {
        this.cloud = cloud;
    }

    public static void main(String[] args) throws Exception {
        try (LocalCloud cloud = LocalCloud.start()) {
            new StartBench(cloud).run();
        } catch (MissingProgramException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private record Times(double fresh, double existing) {}

    private void run() throws InterruptedException {
        Path none = cloud.directory().resolve("no-archive");
        List<Times> with = new ArrayList<>();
        List<Times> without = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            with.add(measure("with-" + round, BridgeProcess.classArchive()));
            without.add(measure("without-" + round, none));
        }
        System.out.printf(
                "%nSeconds from the start of the process to the first message, median (each of %d rounds)%n%n", ROUNDS);
        System.out.printf("| | new lease table | existing one, former owner cleanly gone |%n|---|---|---|%n");
        row("class archive", with);
        row("no class archive", without);
        System.out.printf(
                "| ratio | %.2f | %.2f |%n",
                median(with.stream().map(Times::fresh).toList())
                        / median(without.stream().map(Times::fresh).toList()),
                median(with.stream().map(Times::existing).toList())
                        / median(without.stream().map(Times::existing).toList()));
    }

    private Times measure(String stream, Path archive) throws InterruptedException {
        cloud.createStream(stream, 2);
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", stream);
        settings.put("IOT_TOPIC", "start/" + stream);
        Times times = new Times(first(stream, settings, archive), first(stream, settings, archive));
        System.out.printf("%-10s new %.1f s, existing %.1f s%n", stream, times.fresh(), times.existing());
        return times;
    }

    private double first(String stream, Map<String, String> settings, Path archive) throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        // The subscription ends with the cloud.
        cloud.subscribe("start/" + stream, message -> arrived.countDown());
        put(stream);
        long began = System.nanoTime();
        try (BridgeProcess bridge = BridgeProcess.start(
                settings, cloud.directory(), Workspace.target().getParent(), archive)) {
            if (!arrived.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("no message: " + bridge.lastWords());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            bridge.stop();
            return seconds;
        }
    }

    private void put(String stream) {
        List<PutRecordsRequestEntry> entries = IntStream.range(0, 20)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .partitionKey("device-" + i)
                        .data(SdkBytes.fromUtf8String(Integer.toString(records++)))
                        .build())
                .toList();
        cloud.kinesis().putRecords(request -> request.streamName(stream).records(entries));
    }

    private static void row(String name, List<Times> times) {
        List<Double> fresh = times.stream().map(Times::fresh).toList();
        List<Double> existing = times.stream().map(Times::existing).toList();
        System.out.printf("| %s | %s | %s |%n", name, cell(fresh), cell(existing));
    }

    private static String cell(List<Double> seconds) {
        return "%.1f (%s)"
                .formatted(
                        median(seconds),
                        String.join(
                                ", ", seconds.stream().map("%.1f"::formatted).toList()));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
