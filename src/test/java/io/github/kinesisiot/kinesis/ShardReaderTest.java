package io.github.kinesisiot.kinesis;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.kinesisiot.log.RepeatedFault;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class ShardReaderTest {

    private final TestWindow test = new TestWindow(10);
    private final List<String> checkpoints = new CopyOnWriteArrayList<>();
    private final List<String> gaps = new CopyOnWriteArrayList<>();
    private final RepeatedFault faults = new RepeatedFault(test.time);
    private final ShardReader reader = new ShardReader(
            test.window,
            new Checkpoints(test.window, test.time, faults, new Problems()),
            new GapGuard(gaps::add),
            test.time,
            faults);

    @BeforeEach
    void open() {
        reader.initialize(InitializationInput.builder()
                .shardId("shard-1")
                .extendedSequenceNumber(ExtendedSequenceNumber.TRIM_HORIZON)
                .build());
    }

    /** The end of a shard lets its children begin: too early, and a key's records overtake each other. */
    @Test
    void theEndIsCheckpointedWhenEverythingIsSettled() throws Exception {
        deliver(TestWindow.data("a", 1, 0));
        test.run();
        CompletableFuture<Void> end = CompletableFuture.runAsync(this::endShard);
        await().during(java.time.Duration.ofMillis(100)).until(checkpoints::isEmpty);

        test.settle("a1");
        end.get(5, TimeUnit.SECONDS);

        assertThat(checkpoints).containsExactly("end");
    }

    /** KCL ends a shard also when the last batch was turned away at the stop: its end would lose that batch. */
    @Test
    void theEndIsNotCheckpointedWhenRecordsWereTurnedAway() {
        test.window.close();
        deliver(TestWindow.data("a", 1, 0));
        endShard();

        assertThat(checkpoints).isEmpty();
    }

    /** While it waits, nobody but the lease check can tell it that another container has the shard. */
    @Test
    void losingTheLeaseEndsTheWaitForTheEnd() throws Exception {
        deliver(TestWindow.data("a", 1, 0));
        test.run();
        CompletableFuture<Void> end = CompletableFuture.runAsync(this::endShard);

        test.window.forget(test.window.look(Window.View::shards).get(0));
        end.get(5, TimeUnit.SECONDS);

        assertThat(checkpoints).isEmpty();
    }

    /** KCL skips a batch whose processing throws: the gap must be noticed and the shard read again. */
    @Test
    void aBatchThatCannotBeTakenOverGivesTheShardUp() {
        KinesisClientRecord noNumber =
                TestWindow.data("a", 1, 0).toBuilder().sequenceNumber("none").build();

        assertThatCode(() -> deliver(noNumber)).doesNotThrowAnyException();

        assertThat(gaps).containsExactly("shard-1");
        assertThat(test.window.look(Window.View::shards).isEmpty()).isTrue();
    }

    /** KCL ends also a reader that it never initialised, and calls again twice a second, for ever, if that throws. */
    @Test
    void aReaderThatWasNeverInitialisedEndsQuietly() {
        ShardReader never = new ShardReader(
                test.window,
                new Checkpoints(test.window, test.time, faults, new Problems()),
                new GapGuard(gaps::add),
                test.time,
                faults);

        assertThatCode(() -> {
                    never.leaseLost(LeaseLostInput.builder().build());
                    never.shutdownRequested(ShutdownRequestedInput.builder()
                            .checkpointer(checkpointer())
                            .build());
                    never.shardEnded(ShardEndedInput.builder()
                            .checkpointer(checkpointer())
                            .build());
                })
                .doesNotThrowAnyException();

        assertThat(checkpoints).isEmpty();
    }

    private void deliver(KinesisClientRecord record) {
        reader.processRecords(ProcessRecordsInput.builder()
                .records(List.of(record))
                .checkpointer(checkpointer())
                .millisBehindLatest(0L)
                .build());
    }

    private void endShard() {
        reader.shardEnded(ShardEndedInput.builder().checkpointer(checkpointer()).build());
    }

    private RecordProcessorCheckpointer checkpointer() {
        return (RecordProcessorCheckpointer) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RecordProcessorCheckpointer.class},
                (proxy, method, args) -> {
                    checkpoints.add(args == null ? "end" : String.valueOf(args[0]));
                    return null;
                });
    }
}
