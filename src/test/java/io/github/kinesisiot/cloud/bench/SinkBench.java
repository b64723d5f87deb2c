package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.MissingProgramException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The clients beside each other: each in its own process, all against one broker, one at a time, in rounds whose order rotates, so that
 * what else the machine does hits all alike. At the end the bridge itself.
 */
public final class SinkBench {
    private static final List<Kind> CLIENTS = List.of(Kind.PAHO, Kind.BRIDGE, Kind.CRT, Kind.STOCK_TEN, Kind.STOCK);
    private static final List<Kind> PACED = List.of(Kind.BRIDGE_QUOTA, Kind.PAHO, Kind.CRT);
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
                3, Duration.ofMillis(1_500), Duration.ofMillis(1_200), Duration.ofSeconds(4), Duration.ofSeconds(10));
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
        } catch (IllegalStateException | ExecutionException e) {
            if (!ChildProcess.endingAll()) {
                System.err.println("The benchmark has failed: " + e.getMessage());
            }
        }
        System.exit(code);
    }

    void run() throws Exception {
        Report report = new Report(out);
        clients("Loopback, WebSocket without TLS", Target.broker(cloud), report);
        cloud.iot().roundTrip(ROUND_TRIP);
        Target gate = Target.gate(cloud);
        clients("20 ms round trip, TLS, signed", gate, report);
        paced(gate, report);
        new BridgeBench(cloud, plan).run(report);
    }

    private void clients(String title, Target target, Report report) throws Exception {
        Map<Kind, List<Measurement>> seen = new EnumMap<>(Kind.class);
        Map<Kind, Boolean> tells = new EnumMap<>(Kind.class);
        List<ContenderProcess> running = startAll(CLIENTS, target);
        try {
            for (ContenderProcess contender : running) {
                contender.run(0, plan.warmUp());
                seen.put(contender.kind(), new ArrayList<>());
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (ContenderProcess contender : running) {
                    seen.get(contender.kind()).add(contender.run(0, plan.round()));
                }
                Collections.rotate(running, 1);
            }
            // The broker closes the connection behind a refusal, and the gate would then lose the PUBACK on its way.
            if (!target.signed()) {
                for (ContenderProcess contender : running) {
                    tells.put(contender.kind(), contender.tellsRefusal());
                }
            }
        } finally {
            closeAll(running);
        }
        report.clients(title, CLIENTS, seen, tells);
    }

    // The busiest second counts from the first publish on, warm-up included.
    private void paced(Target target, Report report) throws Exception {
        cloud.iot().countPublishes();
        List<ContenderProcess> running = startAll(PACED, target);
        try {
            Map<Kind, Measurement> seen = new EnumMap<>(Kind.class);
            ContenderProcess quota = running.get(0);
            quota.run(0, plan.warmUp());
            Measurement full = quota.run(0, plan.quota());
            int busiest = cloud.iot().busiestSecond();
            for (ContenderProcess contender : running) {
                contender.run(PACED_RATE, plan.warmUp());
                seen.put(contender.kind(), contender.run(PACED_RATE, plan.paced()));
            }
            report.quota(full, busiest);
            report.paced(PACED_RATE, PACED, seen);
        } finally {
            closeAll(running);
        }
    }

    private List<ContenderProcess> startAll(List<Kind> kinds, Target target) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<ContenderProcess>> starting = kinds.stream()
                .map(kind -> threads.submit(() -> ContenderProcess.start(kind, target, cloud.directory())))
                .toList();
        threads.shutdown();
        List<ContenderProcess> started = new ArrayList<>();
        for (Future<ContenderProcess> contender : starting) {
            started.add(contender.get());
        }
        return started;
    }

    private static void closeAll(List<ContenderProcess> running) throws IOException {
        for (ContenderProcess contender : running) {
            contender.close();
        }
    }
}
