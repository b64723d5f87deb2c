package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.Extent;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ManagementPort;
import io.github.kinesisiot.cloud.ServiceFault;
import io.github.kinesisiot.cloud.ServiceFront;
import io.github.kinesisiot.cloud.StsFault;
import io.github.kinesisiot.cloud.demo.Ledger;
import io.github.kinesisiot.time.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Promise 5, a fault is waited out: each service that the bridge calls, with each way to fail. A cloud, a bridge with a heap of {@value #HEAP} and
 * one process for each service, the four beside each other; records flow all the time.
 */
@Tag("alone")
class FaultMatrixIT {

    private static final String HEAP = "128m";
    private static final int IN_FLIGHT = 30;
    private static final int PER_SECOND = 50;
    private static final Duration AWAY = Duration.ofSeconds(60);

    /** From the fault's end until all that was put meanwhile has come. */
    private static final Duration RECOVERY = Duration.ofSeconds(45);

    /** An STS that denies is asked again after half to two minutes: what it needs is a person. */
    private static final Duration AFTER_STS_DENIED = Duration.ofSeconds(120).plus(RECOVERY);

    /** A whole row, its start included. */
    private static final Duration ROW = Extent.of(Duration.ofMinutes(8), Duration.ofMinutes(20));

    private static final Duration LOOK = Duration.ofMillis(200);

    private enum Service {
        STS,
        IOT,
        KINESIS,
        DYNAMODB;

        /** Of a session of 15 s, 12 s reach a renewal for sure. */
        Duration fault() {
            return Duration.ofSeconds(this == STS ? 12 : 6);
        }
    }

    private enum Fault {
        /** The port is closed. */
        REFUSED,
        HANGS,
        /** As when a permission was taken away. */
        ACCESS_DENIED,
        RESET,
        SLOW,
        THROTTLES,
        FAILS_5XX,
        GARBAGE,
        AWAY_60_S;

        static List<Fault> tried() {
            return Extent.isLong() ? List.of(values()) : List.of(REFUSED, HANGS, ACCESS_DENIED);
        }
    }

    private record Cell(long put, long received, long doubled, Duration first, Duration caughtUp, double inFlight) {}

    private static final Map<Service, Map<Fault, CompletableFuture<Cell>>> CELLS = new LinkedHashMap<>();
    private static ExecutorService beside;

    @BeforeAll
    static void startAll() {
        beside = Executors.newFixedThreadPool(Service.values().length);
        for (Service service : Service.values()) {
            Map<Fault, CompletableFuture<Cell>> row = new LinkedHashMap<>();
            for (Fault fault : Fault.tried()) {
                row.put(fault, new CompletableFuture<>());
            }
            CELLS.put(service, row);
            beside.execute(() -> run(service, row));
        }
    }

    @AfterAll
    static void end() {
        beside.shutdown();
        System.out.printf(
                "%-9s %-10s %6s %9s %8s %12s %13s %10s%n",
                "service", "fault", "put", "received", "doubled", "first after", "caught up in", "in flight");
        CELLS.forEach((service, row) -> row.forEach((fault, ended) -> {
            if (!ended.isDone() || ended.isCompletedExceptionally()) {
                System.out.printf("%-9s %-10s failed%n", service, fault);
                return;
            }
            Cell cell = ended.join();
            System.out.printf(
                    "%-9s %-10s %6d %9d %8d %9d ms %10d ms %10.0f%n",
                    service,
                    fault,
                    cell.put,
                    cell.received,
                    cell.doubled,
                    cell.first.toMillis(),
                    cell.caughtUp.toMillis(),
                    cell.inFlight);
        }));
    }

    // A way to fail that nobody tried is a bridge that hangs, drops or ends the first time it happens.
    @TestFactory
    Stream<DynamicTest> eachFaultOfEachServiceIsWaitedOutWithoutLossDisorderOrRestart() {
        return CELLS.entrySet().stream().flatMap(row -> row.getValue().entrySet().stream()
                .map(cell -> DynamicTest.dynamicTest(row.getKey() + " " + cell.getKey(), () -> cell.getValue()
                        .get(ROW.toSeconds(), TimeUnit.SECONDS))));
    }

    private static void run(Service service, Map<Fault, CompletableFuture<Cell>> row) {
        List<CompletableFuture<Cell>> open = new ArrayList<>(row.values());
        CloudOptions options = CloudOptions.defaults().shards(1);
        if (service == Service.STS) {
            options = options.sessionLifetime(Duration.ofSeconds(15));
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("JAVA_TOOL_OPTIONS", "-Xmx" + HEAP);
        settings.put("KINESIS_MAX_IN_FLIGHT", Integer.toString(IN_FLIGHT));
        settings.put("KINESIS_FAILOVER_TIME", "10s");
        settings.put("IOT_PUBLISH_TIMEOUT", "5s");
        try (var load = new UnderLoad(options, PER_SECOND);
                var bridge = load.bridge("bridge", settings)) {
            load.feed();
            load.awaitMore(100, Patience.LONG, bridge);
            await().until(bridge::ready);
            for (var cell : row.entrySet()) {
                Cell ended = cell(service, cell.getKey(), load, bridge);
                if (open.size() == 1) {
                    load.stopFeeding();
                    load.awaitAll(RECOVERY, bridge);
                    assertThat(bridge.stop()).contains(143);
                    load.assertAtLeastOnceInOrder();
                }
                open.remove(cell.getValue());
                cell.getValue().complete(ended);
            }
        } catch (RuntimeException | Error e) {
            open.forEach(cell -> cell.completeExceptionally(e));
        }
    }

    private static Cell cell(Service service, Fault fault, UnderLoad load, BridgeProcess bridge) {
        Ledger.Account before = load.ledger.account();
        var most = new Watch(bridge);
        double failedBefore = failures(
                service, await().until(bridge::figures, Optional::isPresent).orElseThrow());
        Instant begun = load.now();
        begin(service, fault, load.cloud);
        Duration lasts = fault == Fault.AWAY_60_S ? AWAY : service.fault();
        await().pollInterval(LOOK).atMost(lasts.plus(Patience.LONG)).untilAsserted(() -> {
            most.look();
            assertThat(Duration.between(begun, load.now())).isGreaterThanOrEqualTo(lasts);
            assertMet(service, fault, load, bridge, failedBefore, most);
        });
        end(service, load.cloud);
        var ended = load.now();
        int count = load.subscriber.count();
        Duration recovery = recovery(service, fault);
        await().pollInterval(LOOK).atMost(recovery).until(() -> {
            most.look();
            return load.subscriber.count() > count;
        });
        Duration first = Duration.between(ended, load.now());
        most.look();
        load.awaitCaughtUp(recovery, bridge);
        Duration caughtUp = Duration.between(ended, load.now());
        most.look();
        Ledger.Account after = load.ledger.account();
        assertThat(caughtUp).as("recovered from %s %s", service, fault).isLessThan(recovery);
        assertThat(after.outOfOrder()).as("first deliveries out of order").isZero();
        assertThat(after.foreign()).as("never put").isZero();
        if (service == Service.KINESIS) {
            assertThat(after.doubled())
                    .as("doubled although leases and connections were there")
                    .isZero();
        }
        return new Cell(
                after.put() - before.put(),
                after.received() - before.received(),
                after.doubled() - before.doubled(),
                first,
                caughtUp,
                most.inFlight);
    }

    private static Duration recovery(Service service, Fault fault) {
        return service == Service.STS && fault == Fault.ACCESS_DENIED ? AFTER_STS_DENIED : RECOVERY;
    }

    /** That the fault is one that the bridge has felt: a switch that does nothing would be waited out by anybody. */
    private static void assertMet(
            Service service, Fault fault, UnderLoad load, BridgeProcess bridge, double failedBefore, Watch watch) {
        boolean down = fault == Fault.REFUSED || fault == Fault.AWAY_60_S;
        var figures = bridge.figures().orElseThrow(() -> new AssertionError("no meters"));
        switch (service) {
            case STS -> {
                if (down) {
                    assertThat(failures(service, figures)).as("failed calls").isGreaterThan(failedBefore);
                } else {
                    assertThat(load.cloud.sts().met()).as("met").isPositive();
                }
            }
            case IOT -> {
                if (fault == Fault.HANGS || fault == Fault.SLOW) {
                    // It is the open connections that are slow or silent.
                    assertThat(watch.inFlight).as("the window fills").isEqualTo(IN_FLIGHT);
                } else if (down) {
                    assertThat(failures(service, figures))
                            .as("failed connections")
                            .isGreaterThan(failedBefore);
                } else {
                    assertThat(load.cloud.iot().met()).as("met").isPositive();
                }
            }
            case KINESIS -> {
                if (down) {
                    assertThat(load.ledger.account().missing()).as("unread").isGreaterThan(2 * PER_SECOND);
                } else {
                    assertThat(load.cloud.kinesisFront().met()).as("met").isPositive();
                }
            }
            case DYNAMODB -> {
                if (down) {
                    assertThat(watch.oldestCheckpoint)
                            .as("age of the checkpoint, which is written each second")
                            .isGreaterThan(2);
                } else {
                    assertThat(load.cloud.dynamoDbFront().met()).as("met").isPositive();
                }
            }
        }
    }

    /** What the bridge itself counts of a service that refuses connections. */
    private static double failures(Service service, ManagementPort.Figures figures) {
        return switch (service) {
            case STS ->
                figures.sum("bridge_session_failures_total", "UNREACHABLE").orElse(0);
            case IOT ->
                figures.sum("bridge_connects_total", "result=\"failed\"").orElse(0);
            case KINESIS, DYNAMODB -> 0;
        };
    }

    /** The most records in flight that were ever seen. */
    private static final class Watch {
        private final BridgeProcess bridge;
        private double inFlight;
        /** Seconds; a shard whose lease has run out has none any more. */
        private double oldestCheckpoint;

        Watch(BridgeProcess bridge) {
            this.bridge = bridge;
        }

        void look() {
            bridge.check();
            bridge.figures().ifPresent(figures -> {
                double held = figures.sum("bridge_window_size", "").orElse(0);
                if (held > 2 * IN_FLIGHT) {
                    throw new IllegalStateException(held + " records are held");
                }
                inFlight = Math.max(
                        inFlight, figures.sum("bridge_records_in_flight", "").orElse(0));
                oldestCheckpoint = Math.max(
                        oldestCheckpoint,
                        figures.max("bridge_checkpoint_age_seconds").orElse(0));
                if (inFlight > IN_FLIGHT) {
                    throw new IllegalStateException(inFlight + " records are in flight");
                }
            });
        }
    }

    private static void begin(Service service, Fault fault, LocalCloud cloud) {
        boolean down = fault == Fault.REFUSED || fault == Fault.AWAY_60_S;
        switch (service) {
            case KINESIS -> begin(fault, down, cloud.kinesisFront());
            case DYNAMODB -> begin(fault, down, cloud.dynamoDbFront());
            case STS -> {
                if (down) {
                    cloud.sts().down();
                } else {
                    cloud.sts().fault(StsFault.valueOf(named(fault)));
                }
            }
            case IOT -> {
                if (down) {
                    cloud.iot().down();
                } else {
                    beginIot(fault, cloud);
                }
            }
        }
    }

    private static void begin(Fault fault, boolean down, ServiceFront front) {
        if (down) {
            front.down();
        } else {
            front.fault(ServiceFault.valueOf(named(fault)));
        }
    }

    private static void beginIot(Fault fault, LocalCloud cloud) {
        Consumer<GateFault> cut = gate -> {
            cloud.iot().fault(gate);
            cloud.iot().cutAll();
        };
        switch (fault) {
            case HANGS -> {
                // Open connections take everything in and answer nothing, and never will.
                cloud.iot().fault(GateFault.HANG);
                cloud.iot().roundTrip(Duration.ofHours(2));
            }
            case SLOW -> cloud.iot().roundTrip(Duration.ofSeconds(3));
            case ACCESS_DENIED -> cut.accept(GateFault.NOT_AUTHORIZED);
            case THROTTLES -> cut.accept(GateFault.THROTTLE);
            case FAILS_5XX -> cut.accept(GateFault.UNAVAILABLE);
            case GARBAGE -> cut.accept(GateFault.GARBAGE);
            default -> cut.accept(GateFault.RESET);
        }
    }

    private static String named(Fault fault) {
        return switch (fault) {
            case HANGS -> "HANG";
            case THROTTLES -> "THROTTLE";
            case FAILS_5XX -> "INTERNAL_FAILURE";
            default -> fault.name();
        };
    }

    private static void end(Service service, LocalCloud cloud) {
        switch (service) {
            case KINESIS -> end(cloud.kinesisFront());
            case DYNAMODB -> end(cloud.dynamoDbFront());
            case STS -> {
                cloud.sts().fault(StsFault.NONE);
                cloud.sts().up();
            }
            case IOT -> {
                cloud.iot().roundTrip(Duration.ZERO);
                cloud.iot().fault(GateFault.NONE);
                cloud.iot().up();
            }
        }
    }

    private static void end(ServiceFront front) {
        front.fault(ServiceFault.NONE);
        front.up();
    }
}
