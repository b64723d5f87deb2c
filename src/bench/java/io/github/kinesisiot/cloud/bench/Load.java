package io.github.kinesisiot.cloud.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Gives one contender publishes of 200 bytes on 1,000 topics: as many as it takes, or so many a second, whether it keeps up or not. What
 * is measured begins a moment after the publishing does and ends before it.
 */
final class Load {
    static final int PAYLOAD = 200;

    private static final int TOPICS = 1_000;
    private static final int MOST_LATENCIES = 2_000_000;
    private static final Duration RAMP = Duration.ofMillis(300);
    private static final Duration SETTLE = Duration.ofSeconds(20);

    private final Contender contender;
    private final BlockingQueue<Integer> places;
    private final byte[] payload = new byte[PAYLOAD];
    private final String[] topics =
            IntStream.range(0, TOPICS).mapToObj(i -> "kinesis/device-" + i).toArray(String[]::new);
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicInteger handedOver = new AtomicInteger();
    private final AtomicInteger latencies = new AtomicInteger();
    private final long[] latencyNanos = new long[MOST_LATENCIES];
    private volatile boolean measuring;
    private volatile boolean ended;

    Load(Contender contender) {
        this.contender = contender;
        this.places = new ArrayBlockingQueue<>(contender.window());
        IntStream.range(0, contender.window()).forEach(places::add);
        Arrays.fill(payload, (byte) 'x');
    }

    /** @param perSecond 0 for as many as it takes */
    Measurement run(int perSecond, Duration time) throws InterruptedException {
        ended = false;
        latencies.set(0);
        handedOver.set(0);
        long begin = System.nanoTime();
        Thread[] threads = IntStream.range(0, contender.threads())
                .mapToObj(i -> new Thread(() -> generate(perSecond, begin), "load-" + i))
                .toArray(Thread[]::new);
        Arrays.stream(threads).forEach(Thread::start);
        pause(RAMP);
        Usage before = Usage.now();
        long acknowledgedBefore = acknowledged.sum();
        long failedBefore = failed.sum();
        measuring = true;
        pause(time);
        measuring = false;
        long acknowledgedAfter = acknowledged.sum();
        long failedAfter = failed.sum();
        Usage after = Usage.now();
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
        settleAll();
        long[] sorted = Arrays.copyOf(latencyNanos, Math.min(latencies.get(), MOST_LATENCIES));
        Arrays.sort(sorted);
        return new Measurement(
                acknowledgedAfter - acknowledgedBefore,
                failedAfter - failedBefore,
                after.atNanos() - before.atNanos(),
                after.cpuNanos() - before.cpuNanos(),
                part(sorted, 50),
                part(sorted, 99),
                after.allocatedBytes() - before.allocatedBytes(),
                Usage.residentKiB(ProcessHandle.current().pid()));
    }

    /** Whether a publish that the broker refuses is reported as failed. */
    boolean tellsRefusal() throws Exception {
        var told = new ArrayBlockingQueue<Boolean>(1);
        contender.publish(0, "forbidden/bench", payload, failure -> {
            System.out.println("refused: " + failure);
            told.add(failure != null);
        });
        Boolean answer = told.poll(SETTLE.toSeconds(), TimeUnit.SECONDS);
        return answer != null && answer;
    }

    private void generate(int perSecond, long begin) {
        try {
            while (!ended) {
                int number = handedOver.getAndIncrement();
                long due = perSecond == 0 ? 0 : begin + number * 1_000_000_000L / perSecond;
                if (perSecond > 0) {
                    awaitNanos(due);
                }
                Integer place = places.poll(SETTLE.toSeconds(), TimeUnit.SECONDS);
                if (place == null) {
                    throw new IllegalStateException("nothing was acknowledged for " + SETTLE.toSeconds() + " s");
                }
                publish(place, topics[number % TOPICS], perSecond == 0 ? System.nanoTime() : due);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(int place, String topic, long since) {
        try {
            contender.publish(place, topic, payload, failure -> settled(place, since, failure));
        } catch (Exception e) {
            settled(place, since, e);
        }
    }

    private void settled(int place, long since, Throwable failure) {
        if (failure == null) {
            acknowledged.increment();
            if (measuring) {
                int index = latencies.getAndIncrement();
                if (index < MOST_LATENCIES) {
                    latencyNanos[index] = System.nanoTime() - since;
                }
            }
        } else {
            if (failed.sum() == 0) {
                System.out.println("first failure: " + failure);
            }
            failed.increment();
        }
        places.add(place);
    }

    private void settleAll() {
        long end = System.nanoTime() + SETTLE.toNanos();
        while (places.remainingCapacity() > 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(places.remainingCapacity() + " publishes were never settled");
            }
            pause(Duration.ofMillis(5));
        }
    }

    static long part(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private static void pause(Duration time) {
        awaitNanos(System.nanoTime() + time.toNanos());
    }

    private static void awaitNanos(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
