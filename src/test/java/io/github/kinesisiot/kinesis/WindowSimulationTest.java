package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Thousands of random histories of the window: completions in any order, failures, lost leases, suspensions, any interleaving of threads. */
class WindowSimulationTest {

    private static final int SEEDS = 2000;
    private static final int STEPS = 300;

    /** One test for all promises, since what breaks them is their interplay; the message names the seed to repeat. */
    @Test
    void noHistoryBreaksAPromise() {
        for (int seed = 0; seed < SEEDS; seed++) {
            History history = new History(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    history.step();
                    history.check();
                }
                history.finish();
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
        }
    }

    private static void hold(boolean promise, String what) {
        if (!promise) {
            throw new AssertionError(what);
        }
    }

    /** A stream of a few shards, what was settled of it, and one container that reads it. */
    private static final class History {
        private final Random random;
        private final TestWindow test;
        private final WindowLimits limits;
        private final List<Source> sources = new ArrayList<>();
        private boolean suspended;

        History(long seed) {
            random = new Random(seed);
            limits = new WindowLimits(1 + random.nextInt(8), 1 + random.nextInt(4), 5 + random.nextInt(50));
            test = new TestWindow(limits, new Backoff(Duration.ofMillis(1), Duration.ofSeconds(1), random::nextLong));
            int keys = 1 + random.nextInt(6);
            int shards = 1 + random.nextInt(3);
            for (int i = 0; i < shards; i++) {
                sources.add(new Source("shard-" + i, random, keys));
            }
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> any(sources).deliver(test.window);
                case 3, 4 -> runThread();
                case 5, 6, 7 -> endAttempt(random.nextInt(10) < 7);
                case 8 -> test.time.advance(Duration.ofMillis(random.nextInt(500)));
                case 9 -> sources.forEach(Source::checkpoint);
                case 10 -> rarely(() -> any(sources).loseLease(test.window));
                default -> rarely(this::toggleSuspension);
            }
        }

        private void rarely(Runnable event) {
            if (random.nextInt(8) == 0) {
                event.run();
            }
        }

        private void toggleSuspension() {
            suspended = !suspended;
            if (suspended) {
                test.window.suspend();
            } else {
                test.window.resume();
            }
        }

        private void runThread() {
            Runnable task = test.threads.poll();
            if (task != null) {
                task.run();
            }
        }

        private void endAttempt(boolean well) {
            if (!test.inFlight.isEmpty()) {
                TestWindow.Started started = test.inFlight.remove(random.nextInt(test.inFlight.size()));
                if (well) {
                    settled(started.record());
                }
                started.end().of(well ? null : new IllegalStateException("no"));
            }
        }

        private void settled(HeldRecord record) {
            sources.stream()
                    .filter(source -> source.shard == record.shard)
                    .forEach(source -> source.settled(record.position));
        }

        void check() {
            Set<String> keys = new HashSet<>();
            for (TestWindow.Started started : test.inFlight) {
                hold(keys.add(started.record().key), "one in flight per key");
            }
            test.window.look(view -> {
                int held = view.shards().stream().mapToInt(shard -> shard.held).sum();
                hold(view.inFlight() == test.inFlight.size(), "in flight is what the route has");
                hold(view.inFlight() <= limits.inFlight(), "in flight is bounded");
                hold(view.held() <= limits.held() + sources.size(), "held is bounded");
                hold(view.held() == held, "held is what the shards hold");
                hold(view.shards().stream().allMatch(shard -> shard.span() <= limits.span()), "span is bounded");
                return null;
            });
            sources.forEach(source -> source.check(test.inFlight));
        }

        /** From here on everything goes well: then nothing may be left behind. */
        void finish() {
            if (suspended) {
                toggleSuspension();
            }
            for (int round = 0; round < 10_000 && !sources.stream().allMatch(Source::done); round++) {
                sources.forEach(source -> source.deliver(test.window));
                test.run();
                test.time.advance(Duration.ofSeconds(1));
                test.run();
                endAttempt(true);
                test.run();
                check();
                sources.forEach(Source::checkpoint);
            }
            hold(sources.stream().allMatch(Source::done), "every record is settled and checkpointed in the end");
            test.window.look(view -> {
                hold(view.held() + view.inFlight() + view.keys() == 0, "nothing is held in the end");
                return null;
            });
        }

        private <T> T any(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }

    /** One shard in the stream, with aggregates, and the lease this container has on it. */
    private static final class Source {
        private record Item(String key, long sequence, long subSequence) {}

        private final String id;
        private final List<Item> items = new ArrayList<>();
        private final Map<Position, Integer> indexOf = new HashMap<>();
        private final Set<Integer> settled = new HashSet<>();
        private Shard shard;
        private int delivered;
        /** Items before this one are checkpointed. */
        private int checkpointed;

        Source(String id, Random random, int keys) {
            this.id = id;
            int records = 20 + random.nextInt(40);
            for (long sequence = 1; sequence <= records; sequence++) {
                int packed = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1;
                for (int sub = 0; sub < packed; sub++) {
                    items.add(new Item("k" + random.nextInt(keys), sequence, sub));
                }
            }
            IntStream.range(0, items.size()).forEach(i -> indexOf.put(Position.of(data(i)), i));
        }

        private software.amazon.kinesis.retrieval.KinesisClientRecord data(int index) {
            Item item = items.get(index);
            return TestWindow.data(item.key, item.sequence, item.subSequence);
        }

        void deliver(Window window) {
            if (shard == null) {
                shard = window.open(id);
                delivered = checkpointed;
            }
            if (delivered < items.size() && window.tryOffer(shard, data(delivered)) == Window.Offer.TAKEN) {
                delivered++;
            }
        }

        void loseLease(Window window) {
            if (shard != null) {
                window.forget(shard);
                shard = null;
                settled.removeIf(index -> index >= checkpointed);
            }
        }

        void settled(Position position) {
            hold(settled.add(indexOf.get(position)), "settled once per lease");
        }

        void checkpoint() {
            if (shard != null) {
                shard.settledPrefix().ifPresent(position -> {
                    int next = indexOf.get(position) + 1;
                    hold(next >= checkpointed, "never backwards");
                    for (int index = checkpointed; index < next; index++) {
                        hold(settled.contains(index), "nothing unsettled before the checkpoint");
                    }
                    checkpointed = next;
                });
            }
        }

        /** What is in flight of a key is the oldest unsettled record of that key in this lease. */
        void check(List<TestWindow.Started> inFlight) {
            for (TestWindow.Started started : inFlight) {
                if (started.record().shard == shard) {
                    int index = indexOf.get(started.record().position);
                    for (int before = checkpointed; before < index; before++) {
                        if (items.get(before).key.equals(started.record().key)) {
                            hold(settled.contains(before), "order of a key");
                        }
                    }
                }
            }
        }

        boolean done() {
            return checkpointed == items.size();
        }
    }
}
