package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.IotQuotas;
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
    private static final Map<String, String> NO_LIMIT = Map.of("IOT_PUBLISH_RATE", "0", "IOT_BYTES_PER_SECOND", "0");
    /** One key in a thousand: enough to know how old records get. */
    private static final String SAMPLE = "kinesis/device-0-7";

    private final LocalCloud cloud;
    private final SinkBench.Plan plan;
    private final Report report;

    BridgeBench(LocalCloud cloud, SinkBench.Plan plan, Report report) {
        this.cloud = cloud;
        this.plan = plan;
        this.report = report;
    }

    void run() throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true).setEventLoopPoolSize(1));
        try {
            int port = JsonService.listen(vertx, new EndlessStream(Clock.systemUTC()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            Map<String, String> endless =
                    Map.of("AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:" + port, "KINESIS_STREAM", "endless");
            measure(endless);
        } finally {
            vertx.close();
        }
        endToEnd();
    }

    private void measure(Map<String, String> endless) throws Exception {
        var ages = new Ages(cloud, SAMPLE);
        cloud.iot().quotas(IotQuotas.NONE);
        cloud.iot().roundTrip(Road.NEAR_TLS.roundTrip());
        try (BridgeProcess bridge = start("unlimited", endless, NO_LIMIT)) {
            BridgeLoad load = new BridgeLoad(bridge);
            load.awaitPublished(plan.warmRecords());
            report.bridge(Road.NEAR_TLS, rounds(load, ages));
            cloud.iot().roundTrip(Road.FAR_TLS.roundTrip());
            load.measure(plan.round());
            report.bridge(Road.FAR_TLS, rounds(load, ages));
            bridge.kill();
        }
        try (BridgeProcess bridge = start("shipped", endless, Map.of())) {
            BridgeLoad load = new BridgeLoad(bridge);
            // At the quota's rate this is the better part of a minute.
            load.awaitPublished(plan.warmRecords() / 24);
            report.shippedBridge(rounds(load, ages));
            bridge.kill();
        }
    }

    private List<Measurement> rounds(BridgeLoad load, Ages ages) {
        List<Measurement> rounds = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            ages.reset();
            rounds.add(ages.in(load.measure(plan.paced())));
        }
        return rounds;
    }

    private void endToEnd() throws Exception {
        try (BridgeProcess bridge = start("emulator", Map.of(), Map.of())) {
            BridgeLoad load = new BridgeLoad(bridge);
            load.awaitReady();
            var ages = new Ages(cloud, "kinesis/#");
            try (EmulatorFeed feed = new EmulatorFeed(cloud)) {
                feed.begin();
                load.awaitPublished(EmulatorFeed.PER_SECOND);
                ages.reset();
                report.endToEnd(EmulatorFeed.PER_SECOND, ages.in(load.measure(plan.paced())));
                bridge.kill();
            }
        }
    }

    // Killed, not stopped, at the end: in an endless stream there is nothing to wait for.
    private BridgeProcess start(String name, Map<String, String> stream, Map<String, String> settings)
            throws Exception {
        Map<String, String> all = new HashMap<>(cloud.environment());
        all.put("KINESIS_APPLICATION", "bench-" + name);
        all.put("IOT_CLIENT_ID", "bench-" + name);
        all.putAll(stream);
        all.putAll(settings);
        Path directory = Files.createDirectories(cloud.directory().resolve(name));
        return BridgeProcess.start(all, directory);
    }
}
