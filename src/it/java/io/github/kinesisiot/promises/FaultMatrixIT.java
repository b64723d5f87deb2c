package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ServiceFault;
import io.github.kinesisiot.cloud.ServiceFront;
import io.github.kinesisiot.cloud.StsFault;
import io.github.kinesisiot.cloud.demo.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Promise 5, a fault is waited out: each service that the bridge calls, with each way to fail. A cloud, a bridge with a heap of {@value #HEAP} and
 * one process for each service, the four beside each other; records flow all the time.
 */
class FaultMatrixIT {

    private static final String HEAP = "128m";
    private static final int IN_FLIGHT = 30;
    private static final int PER_SECOND = 50;
    private static final Duration AWAY = Duration.ofSeconds(60);
    private static final Duration START = Duration.ofSeconds(90);

    /** From the fault's end until all that was put meanwhile has come. */
    private static final Duration RECOVERY = Duration.ofSeconds(45);

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
        REFUSED,
        RESET,
        HANGS,
        SLOW,
        THROTTLES,
        FAILS_5XX,
        GARBAGE,
        AWAY_60_S
    }

    private record Cell(long put, long received, long doubled, Duration first, Duration caughtUp, double inFlight) {}

    private static final Map<Service, Map<Fault, CompletableFuture<Cell>>> CELLS = new LinkedHashMap<>();
    private static ExecutorService beside;

    @BeforeAll
    static void startAll() {
        beside = Executors.newFixedThreadPool(Service.values().length);
        for (Service service : Service.values()) {
            Map<Fault, CompletableFuture<Cell>> row = new LinkedHashMap<>();
            for (Fault fault : Fault.values()) {
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
                        .get())));
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
            load.awaitMore(100, START, bridge);
            await().atMost(START).until(bridge::ready);
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
        var most = new double[1];
        Duration lasts = fault == Fault.AWAY_60_S ? AWAY : service.fault();
        begin(service, fault, load.cloud);
        await().pollDelay(lasts.dividedBy(2)).atMost(lasts).until(() -> true);
        watch(bridge, most);
        await().pollDelay(lasts.dividedBy(2)).atMost(lasts).until(() -> true);
        watch(bridge, most);
        end(service, load.cloud);
        var ended = load.now();
        int count = load.subscriber.count();
        await().atMost(RECOVERY).until(() -> {
            bridge.check();
            return load.subscriber.count() > count;
        });
        Duration first = Duration.between(ended, load.now());
        watch(bridge, most);
        load.awaitCaughtUp(RECOVERY, bridge);
        Duration caughtUp = Duration.between(ended, load.now());
        watch(bridge, most);
        Ledger.Account after = load.ledger.account();
        assertThat(caughtUp).as("recovered from %s %s", service, fault).isLessThan(RECOVERY);
        assertThat(after.outOfOrder()).as("first deliveries out of order").isZero();
        assertThat(after.foreign()).as("never put").isZero();
        if (service == Service.KINESIS) {
            assertThat(after.doubled())
                    .as("doubled although leases and connections were there")
                    .isZero();
        }
        assertThat(most[0]).as("records in flight").isLessThanOrEqualTo(IN_FLIGHT);
        return new Cell(
                after.put() - before.put(),
                after.received() - before.received(),
                after.doubled() - before.doubled(),
                first,
                caughtUp,
                most[0]);
    }

    private static void watch(BridgeProcess bridge, double[] most) {
        bridge.check();
        bridge.figures().ifPresent(figures -> {
            double inFlight = figures.sum("bridge_records_in_flight", "").orElse(0);
            double held = figures.sum("bridge_window_size", "").orElse(0);
            assertThat(held).as("records held").isLessThanOrEqualTo(2 * IN_FLIGHT);
            most[0] = Math.max(most[0], inFlight);
        });
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
