package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.DelayedRoad;
import io.github.kinesisiot.cloud.IotQuotas;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.MissingProgramException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * The clients beside each other: each in its own process, all against one broker, one at a time, in rounds whose order rotates, so that
 * what else the machine does hits all alike. At the end the bridge itself. Talks to loopback only and ends by itself.
 */
public final class SinkBench {
    private static final List<Kind> CLIENTS = List.of(Kind.BRIDGE, Kind.STOCK, Kind.STOCK_TEN, Kind.PAHO, Kind.CRT);
    private static final int PACED_RATE = 900;

    private final LocalCloud cloud;
    private final Plan plan;
    private final Report report = new Report();

    /**
     * How long it takes.
     *
     * @param rounds of each client
     * @param warmUp of each client, once
     * @param round one client's turn
     * @param paced one client's turn at a steady rate, and the bridge's
     * @param quota how long the quota is held
     * @param warmRecords of the bridge before it is measured
     */
    record Plan(int rounds, Duration warmUp, Duration round, Duration paced, Duration quota, long warmRecords) {
        /** About eight minutes. */
        static final Plan FULL = new Plan(
                3,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                1_200_000);

        /** About a minute; its figures are of code that is not compiled yet. */
        static final Plan QUICK = new Plan(
                1,
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                1_000);
    }

    SinkBench(LocalCloud cloud, Plan plan) {
        this.cloud = cloud;
        this.plan = plan;
    }

    public static void main(String[] args) throws Exception {
        int code = 1;
        if (args.length > 1 || args.length == 1 && !args[0].equals("--quick")) {
            System.err.println("usage: bridge bench sink [--quick]");
            System.exit(2);
        }
        try (LocalCloud cloud = LocalCloud.start()) {
            new SinkBench(cloud, args.length == 1 ? Plan.QUICK : Plan.FULL)
                    .run()
                    .print(System.out);
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

    Report run() throws Exception {
        int broker = cloud.broker().webSocketPort();
        try (Contenders contenders = Contenders.start(CLIENTS, cloud.directory());
                DelayedRoad delayed = new DelayedRoad(broker, Road.FAR.roundTrip())) {
            clients(contenders, Road.NEAR, Target.broker(broker), plan.warmUp());
            // The broker closes the connection behind a refusal, so the next road needs new ones anyway.
            report.refusals(contenders.refusals(CLIENTS));
            clients(contenders, Road.FAR, Target.broker(delayed.port()), plan.round());
            cloud.iot().countPublishes();
            // The clients run as fast as they can; what keeps to the quota by itself is measured, not held.
            cloud.iot().quotas(IotQuotas.NONE);
            Target gate = Target.gate(cloud);
            clients(contenders, Road.NEAR_TLS, gate, plan.round());
            cloud.iot().roundTrip(Road.FAR_TLS.roundTrip());
            clients(contenders, Road.FAR_TLS, gate, plan.round());
            paced(contenders, gate);
        }
        new BridgeBench(cloud, plan, report).run();
        return report;
    }

    private void clients(Contenders contenders, Road road, Target target, Duration warmUp) throws Exception {
        contenders.connect(CLIENTS, target);
        contenders.warmUp(CLIENTS, warmUp);
        report.clients(road, contenders.rounds(CLIENTS, plan.rounds(), plan.round()));
    }

    private void paced(Contenders contenders, Target gate) throws IOException {
        ContenderProcess sink = contenders.process(Kind.BRIDGE);
        sink.connect(Kind.BRIDGE_QUOTA, gate);
        sink.run(0, plan.paced());
        cloud.iot().forgetPublishes();
        Measurement full = sink.run(0, plan.quota());
        report.quota(
                full, cloud.iot().busiest(Duration.ofSeconds(1)), cloud.iot().busiest(Duration.ofSeconds(5)));
        report.paced(PACED_RATE, Kind.BRIDGE_QUOTA, sink.run(PACED_RATE, plan.paced()));
        for (Kind kind : List.of(Kind.PAHO, Kind.CRT)) {
            report.paced(PACED_RATE, kind, contenders.process(kind).run(PACED_RATE, plan.paced()));
        }
    }
}
