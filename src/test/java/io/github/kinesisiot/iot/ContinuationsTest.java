package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContinuationsTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();
    private long now;
    private final Continuations continuations = new Continuations(threads::add, 3, () -> now);

    // Each woken thread costs more than the task it is woken for.
    @Test
    void oneThreadDoesWhatItKeepsUpWith() {
        for (int i = 0; i < 50; i++) {
            int number = i;
            continuations.execute(() -> done.add(number));
        }
        assertThat(threads).hasSize(1);
        threads.remove().run();
        assertThat(done).hasSize(50).isSorted();
        continuations.execute(() -> done.add(50));
        assertThat(threads).as("asked for anew once it went").hasSize(1);
    }

    // A route step that blocks would hold up every other record's route.
    @Test
    void anotherThreadJoinsBehindATaskThatTookLong() {
        continuations.execute(() -> now += 5_000_000);
        continuations.execute(() -> assertThat(threads).as("another").hasSize(1));
        continuations.execute(() -> done.add(1));
        threads.remove().run();
        assertThat(done).hasSize(1);
    }

    @Test
    void anotherThreadJoinsWhenManyWaitButNeverMoreThanAllowed() {
        for (int i = 0; i < 1_000; i++) {
            continuations.execute(() -> {});
        }
        assertThat(threads).hasSize(3);
    }

    // A first task that never ends while no other comes.
    @Test
    void whatWaitsBehindATaskWithoutEndGetsAnotherThread() throws Exception {
        ExecutorService real = Executors.newCachedThreadPool();
        var never = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        var passed = new CountDownLatch(1);
        var stuckOnes = new Continuations(real, 2, System::nanoTime);
        try {
            stuckOnes.execute(() -> {
                stuck.countDown();
                awaitQuietly(never);
            });
            stuck.await();
            stuckOnes.execute(passed::countDown);
            stuckOnes.unblock();
            stuckOnes.unblock();
            assertThat(passed.await(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            never.countDown();
            real.shutdown();
        }
    }

    // A thread lost with each exception, until none is left and nothing goes on any more.
    @Test
    void aTaskThatThrowsTakesNoThreadWithIt() {
        for (int i = 0; i < 10; i++) {
            continuations.execute(() -> {
                throw new IllegalStateException("no");
            });
            continuations.execute(() -> done.add(1));
            threads.remove().run();
        }
        assertThat(done).hasSize(10);
    }

    // After the shutdown an outcome still has to reach its exchange.
    @Test
    void withoutThreadsTheCallerRunsIt() {
        var ended = new Continuations(
                task -> {
                    throw new RejectedExecutionException();
                },
                3,
                () -> now);
        ended.execute(() -> done.add(1));
        ended.execute(() -> done.add(2));
        assertThat(done).containsExactly(1, 2);
    }

    // A task between the last look and the thread's leaving, seen as one that is never run.
    @Test
    void noTaskIsForgotten() throws Exception {
        ExecutorService real = Executors.newFixedThreadPool(3);
        var many = new Continuations(real, 3, System::nanoTime);
        var count = new AtomicInteger();
        int rounds = 50_000;
        var all = new CountDownLatch(rounds);
        for (int i = 0; i < rounds; i++) {
            many.execute(() -> {
                count.incrementAndGet();
                all.countDown();
            });
            if (i % 10 == 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(count).hasValue(rounds);
        real.shutdown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
