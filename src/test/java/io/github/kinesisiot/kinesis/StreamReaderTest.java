package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.log.RepeatedFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener.WorkerState;

class StreamReaderTest {

    private final TestWindow test = new TestWindow(10);
    private final Problems problems = new Problems();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final List<Long> longestPauses = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    /** After some bad starts each later restart waited up to the longest pause, however well KCL had read in between. */
    @Test
    void aLifeThatHasReadMakesTheNextPauseAShortOne() throws Exception {
        live(new Lives() {
            @Override
            Scheduler begin(int life, Consumer<WorkerState> states) throws Exception {
                if (life < 3) {
                    throw new IOException("away");
                }
                Scheduler ended = endedScheduler();
                states.accept(WorkerState.STARTED);
                return ended;
            }

            @Override
            void end(int life, Consumer<WorkerState> states) {
                states.accept(WorkerState.SHUT_DOWN);
            }
        });

        assertThat(problems.latest())
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("KCL ended by itself"));
        assertThat(longestPauses).containsExactly(100L, 200L, 100L);
    }

    /** An exception while one life of KCL was cleared away ended the thread, and with it the reading, until a restart. */
    @Test
    void anEndThatFailsIsFollowedByAnotherLife() throws Exception {
        Lives lives = new Lives() {
            @Override
            Scheduler begin(int life, Consumer<WorkerState> states) {
                return endedScheduler();
            }

            @Override
            void end(int life, Consumer<WorkerState> states) {
                throw new IllegalStateException("cannot be cleared away");
            }
        };
        live(lives);

        assertThat(lives.begun).isEqualTo(4);
    }

    private void live(Lives lives) throws InterruptedException {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        RepeatedFault faults = new RepeatedFault(test.time);
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), bound -> {
            longestPauses.add(bound - 1);
            return 0;
        });
        StreamReader reader = new StreamReader(
                lives,
                test.window,
                new Checkpoints(test.window, test.time, faults, problems),
                StubClients.settings(SourceSettings.Retrieval.POLLING),
                backoff,
                timer,
                thread,
                faults,
                problems);
        reader.start();
        thread.shutdown();
        assertThat(thread.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** One that ends as soon as it is run. */
    private Scheduler endedScheduler() {
        Scheduler scheduler = StubClients.config(StubClients.of(request -> null), threads)
                .scheduler(
                        () -> {
                            throw new AssertionError("no shard is read");
                        },
                        new GapGuard(shard -> {}),
                        StartPosition.parse("TRIM_HORIZON").forKcl(),
                        state -> {},
                        threads);
        scheduler.shutdown();
        return scheduler;
    }

    /** Three lives; then the thread is interrupted, as it is by the stop. */
    private abstract static class Lives implements StreamReader.Kcl {

        private int begun;
        private Consumer<WorkerState> states;

        abstract Scheduler begin(int life, Consumer<WorkerState> states) throws Exception;

        abstract void end(int life, Consumer<WorkerState> states);

        @Override
        public Scheduler prepare(GapGuard gaps, Consumer<WorkerState> toldTo, Pause pause) throws Exception {
            states = toldTo;
            begun++;
            if (begun > 3) {
                throw new InterruptedException("the stop");
            }
            return begin(begun, toldTo);
        }

        @Override
        public void release(Set<String> busy) {
            throw new AssertionError("nothing is held");
        }

        @Override
        public void ended() {
            if (begun <= 3) {
                end(begun, states);
            }
        }
    }
}
