package io.github.kinesisiot.cloud;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * {@code ./bridge bench start}: how long a start takes on the local cloud, with and without the trained class archive, side by side in one run:
 * from the process, and from the start of the source, to the first read of a shard and to the first message at a subscriber.
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

    /** Seconds. */
    private record Times(double processToRead, double sourceToRead, double processToMessage) {}

    private record Round(Times fresh, Times existing) {}

    private void run() throws InterruptedException {
        Path none = cloud.directory().resolve("no-archive");
        List<Round> with = new ArrayList<>();
        List<Round> without = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            with.add(measure("with-" + round, BridgeProcess.classArchive()));
            without.add(measure("without-" + round, none));
        }
        System.out.printf("%nSeconds, median (each of %d rounds)%n%n", ROUNDS);
        System.out.printf(
                "| | | process to read | source to read | process to first message |%n|---|---|---|---|---|%n");
        row("new lease table", "class archive", with, Round::fresh);
        row("new lease table", "none", without, Round::fresh);
        row("existing one, former owner cleanly gone", "class archive", with, Round::existing);
        row("existing one, former owner cleanly gone", "none", without, Round::existing);
    }

    private Round measure(String stream, Path archive) throws InterruptedException {
        cloud.createStream(stream, 2);
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", stream);
        settings.put("IOT_TOPIC", "start/" + stream);
        Round round = new Round(first(stream, settings, archive), first(stream, settings, archive));
        System.out.printf("%-10s new %s, existing %s%n", stream, round.fresh(), round.existing());
        return round;
    }

    private Times first(String stream, Map<String, String> settings, Path archive) throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        // The subscription ends with the cloud.
        cloud.subscribe("start/" + stream, message -> arrived.countDown());
        put(stream);
        Instant began = Instant.now();
        try (BridgeProcess bridge = BridgeProcess.start(
                settings, cloud.directory(), Workspace.target().getParent(), archive)) {
            if (!arrived.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("no message: " + bridge.lastWords());
            }
            Instant message = Instant.now();
            LogTimes said = new LogTimes(bridge.log());
            Instant source = said.of("Reading stream");
            Instant read = said.of("reading after");
            Times times = new Times(seconds(began, read), seconds(source, read), seconds(began, message));
            bridge.stop();
            return times;
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
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

    private static void row(String table, String archive, List<Round> rounds, Function<Round, Times> start) {
        List<Times> times = rounds.stream().map(start).toList();
        System.out.printf(
                "| %s | %s | %s | %s | %s |%n",
                table,
                archive,
                cell(times, Times::processToRead),
                cell(times, Times::sourceToRead),
                cell(times, Times::processToMessage));
    }

    private static String cell(List<Times> times, ToDoubleFunction<Times> figure) {
        List<Double> seconds = times.stream().map(figure::applyAsDouble).toList();
        double median = seconds.stream().sorted().toList().get(seconds.size() / 2);
        return "%.1f (%s)"
                .formatted(
                        median,
                        String.join(
                                ", ", seconds.stream().map("%.1f"::formatted).toList()));
    }
}
