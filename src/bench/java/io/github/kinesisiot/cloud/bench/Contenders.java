package io.github.kinesisiot.cloud.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A process for each client. They live through the whole benchmark, so that what they run is compiled; one publishes at a time. */
final class Contenders implements AutoCloseable {
    private final Map<Kind, ContenderProcess> processes = new LinkedHashMap<>();

    static Contenders start(List<Kind> kinds, Path directory) throws IOException {
        Contenders contenders = new Contenders();
        try {
            for (Kind kind : kinds) {
                contenders.processes.put(kind, ContenderProcess.start(kind.name(), directory));
            }
            return contenders;
        } catch (IOException | RuntimeException e) {
            contenders.close();
            throw e;
        }
    }

    ContenderProcess process(Kind kind) {
        return processes.get(kind);
    }

    void connect(List<Kind> kinds, Target target) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> connecting = new ArrayList<>();
        for (Kind kind : kinds) {
            connecting.add(threads.submit(() -> {
                processes.get(kind).connect(kind, target);
                return null;
            }));
        }
        threads.shutdown();
        for (Future<?> one : connecting) {
            one.get();
        }
    }

    void warmUp(List<Kind> kinds, Duration each) throws IOException {
        for (Kind kind : kinds) {
            processes.get(kind).run(0, each);
        }
    }

    /** All of them in each round, in an order that rotates. */
    Map<Kind, List<Measurement>> rounds(List<Kind> kinds, int rounds, Duration each) throws IOException {
        Map<Kind, List<Measurement>> seen = new LinkedHashMap<>();
        kinds.forEach(kind -> seen.put(kind, new ArrayList<>()));
        List<Kind> order = new ArrayList<>(kinds);
        for (int round = 0; round < rounds; round++) {
            for (Kind kind : order) {
                seen.get(kind).add(processes.get(kind).run(0, each));
            }
            Collections.rotate(order, 1);
        }
        return seen;
    }

    /** Which of them report a publish that the broker refuses as failed. */
    Map<Kind, Boolean> refusals(List<Kind> kinds) throws IOException {
        Map<Kind, Boolean> tells = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            tells.put(kind, processes.get(kind).tellsRefusal());
        }
        return tells;
    }

    @Override
    public void close() throws IOException {
        for (ContenderProcess process : processes.values()) {
            process.close();
        }
    }
}
