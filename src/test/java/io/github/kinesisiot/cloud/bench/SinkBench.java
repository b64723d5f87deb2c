package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.MissingProgramException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * The clients beside each other: each in its own process, all against one broker, one at a time, in rounds whose order rotates, so that
 * what else the machine does hits all alike. At the end the bridge itself.
 */
public final class SinkBench {
    private static final List<Kind> CLIENTS = List.of(Kind.PAHO, Kind.BRIDGE, Kind.CRT, Kind.STOCK_TEN, Kind.STOCK);
    private static final int PACED_RATE = 900;
    private static final Duration ROUND_TRIP = Duration.ofMillis(20);

    private final LocalCloud cloud;
    private final Plan plan;
    private final PrintStream out;

    /**
     * How long it takes.
     *
     * @param rounds of each client
     * @param round one client's turn
     * @param paced one client's turn at a steady rate, and the bridge's
     * @param quota how long the quota is held
     */
    record Plan(int rounds, Duration warmUp, Duration round, Duration paced, Duration quota) {
        static final Plan FULL = new Plan(
                3, Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10));
    }

    SinkBench(LocalCloud cloud, Plan plan, PrintStream out) {
        this.cloud = cloud;
        this.plan = plan;
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        int code = 1;
        try (LocalCloud cloud = LocalCloud.start()) {
            new SinkBench(cloud, Plan.FULL, System.out).run();
            code = 0;
        } catch (MissingProgramException e) {
            System.err.println(e.getMessage());
        } catch (IllegalStateException | IOException | ExecutionException e) {
            if (!ChildProcess.endingAll()) {
                System.err.println("The benchmark has failed: " + e.getMessage());
            }
        }
        System.exit(code);
    }

    void run() throws Exception {
        Report report = new Report(out);
        try (Contenders contenders = Contenders.start(CLIENTS, cloud.directory())) {
            contenders.connect(CLIENTS, Target.broker(cloud));
            contenders.warmUp(CLIENTS, plan.warmUp());
            Map<Kind, List<Measurement>> loopback = contenders.rounds(CLIENTS, plan.rounds(), plan.round());
            report.clients("Loopback, WebSocket without TLS", loopback, contenders.refusals(CLIENTS));
            cloud.iot().roundTrip(ROUND_TRIP);
            cloud.iot().countPublishes();
            Target gate = Target.gate(cloud);
            contenders.connect(CLIENTS, gate);
            contenders.warmUp(CLIENTS, plan.round());
            // The broker closes the connection behind a refusal, and the gate would then lose the PUBACK on its way.
            report.clients(
                    "20 ms round trip, TLS, signed", contenders.rounds(CLIENTS, plan.rounds(), plan.round()), Map.of());
            paced(contenders, gate, report);
        }
        new BridgeBench(cloud, plan).run(report);
    }

    private void paced(Contenders contenders, Target gate, Report report) throws IOException {
        ContenderProcess sink = contenders.process(Kind.BRIDGE);
        sink.connect(Kind.BRIDGE_QUOTA, gate);
        cloud.iot().forgetPublishes();
        Measurement full = sink.run(0, plan.quota());
        report.quota(
                full, cloud.iot().busiest(Duration.ofSeconds(1)), cloud.iot().busiest(Duration.ofSeconds(5)));
        Map<Kind, Measurement> seen = new LinkedHashMap<>();
        seen.put(Kind.BRIDGE_QUOTA, sink.run(PACED_RATE, plan.paced()));
        for (Kind kind : List.of(Kind.PAHO, Kind.CRT)) {
            seen.put(kind, contenders.process(kind).run(PACED_RATE, plan.paced()));
        }
        report.paced(PACED_RATE, seen);
    }
}
