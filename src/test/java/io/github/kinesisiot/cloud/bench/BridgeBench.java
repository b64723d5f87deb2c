package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.training.JsonService;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The bridge as it runs in production, fed by a stream that never ends, and by the emulator from one end to the other. */
final class BridgeBench {
    private static final int ROUNDS = 3;
    private static final int WARM = 60_000;
    private static final int WARM_AT_QUOTA = 10_000;
    private static final int WARM_EMULATOR = 1_000;

    private final LocalCloud cloud;
    private final SinkBench.Plan plan;

    BridgeBench(LocalCloud cloud, SinkBench.Plan plan) {
        this.cloud = cloud;
        this.plan = plan;
    }

    void run(Report report) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true).setEventLoopPoolSize(1));
        try {
            int port = JsonService.listen(vertx, new EndlessStream(Clock.systemUTC()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            report.bridgeHead();
            Map<String, String> endless =
                    Map.of("AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:" + port, "KINESIS_STREAM", "endless");
            report.bridge(
                    "in-memory Kinesis, no rate limit",
                    measure("unlimited", endless, Map.of("IOT_PUBLISH_RATE", "0", "IOT_BYTES_PER_SECOND", "0"), WARM));
            report.bridge(
                    "in-memory Kinesis, settings as shipped (10 × 100/s)",
                    measure("shipped", endless, Map.of(), WARM_AT_QUOTA));
        } finally {
            vertx.close();
        }
        report.bridge(
                "Kinesis emulator, " + EmulatorFeed.PER_SECOND + " records/s put; latency from the put to a subscriber",
                List.of(endToEnd()));
    }

    private List<Measurement> measure(String name, Map<String, String> stream, Map<String, String> settings, int warm)
            throws Exception {
        Map<String, String> all = new HashMap<>(stream);
        all.putAll(settings);
        try (BridgeProcess bridge = start(name, all)) {
            BridgeLoad load = new BridgeLoad(bridge);
            load.awaitPublished(warm);
            List<Measurement> rounds = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                rounds.add(load.measure(plan.paced().dividedBy(ROUNDS)));
            }
            bridge.kill();
            return rounds;
        }
    }

    private Measurement endToEnd() throws Exception {
        try (BridgeProcess bridge = start("emulator", Map.of())) {
            BridgeLoad load = new BridgeLoad(bridge);
            load.awaitReady();
            try (EmulatorFeed feed = new EmulatorFeed(cloud)) {
                load.awaitPublished(WARM_EMULATOR);
                feed.reset();
                Measurement seen = load.measure(plan.paced());
                long[] latencies = feed.latencies();
                bridge.kill();
                return seen.latencies(Load.part(latencies, 50), Load.part(latencies, 99));
            }
        }
    }

    // Killed, not stopped, at the end: in an endless stream there is nothing to wait for.
    private BridgeProcess start(String name, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(cloud.environment());
        all.put("KINESIS_APPLICATION", "bench-" + name);
        all.put("IOT_CLIENT_ID", "bench-" + name);
        all.putAll(settings);
        Path directory = Files.createDirectories(cloud.directory().resolve(name));
        return BridgeProcess.start(all, directory);
    }
}
