package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.log.RepeatedFault;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

class CheckpointsTest {

    private final TestWindow test = new TestWindow(10);
    private final Shard shard = test.window.open("shard-1");
    private final Problems problems = new Problems();
    private final Checkpoints checkpoints =
            new Checkpoints(test.window, test.time, new RepeatedFault(test.time), problems);
    private final List<String> written = new ArrayList<>();
    private Exception answer;

    @BeforeEach
    void deliver() {
        shard.checkpointer = checkpointer();
        test.offer(shard, "a", 1);
        test.offer(shard, "b", 2);
    }

    /** The checkpoint without a position means 'delivered', and loses what is in flight. */
    @Test
    void aCheckpointNamesItsPosition() {
        test.settle("a1");
        checkpoints.write();

        assertThat(written).containsExactly("1/0");
    }

    /** An unchanged checkpoint costs a write for nothing, each few seconds and shard. */
    @Test
    void nothingIsWrittenTwice() {
        test.settle("a1");
        checkpoints.write();
        checkpoints.write();

        assertThat(written).hasSize(1);
    }

    /** A checkpoint that DynamoDB did not take is due at the next round, and the problem is seen until then. */
    @Test
    void aThrottledCheckpointIsWrittenLater() {
        test.settle("a1");
        answer = new ThrottlingException("slow down");
        checkpoints.write();
        assertThat(problems.latest())
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("shard-1"));

        answer = null;
        checkpoints.write();

        assertThat(written).containsExactly("1/0");
        assertThat(problems.latest()).isEmpty();
    }

    /** With DynamoDB away the records go on. */
    @Test
    void publishingGoesOnWhenTheTableIsAway() {
        test.settle("a1");
        answer = new KinesisClientLibDependencyException("away");
        checkpoints.write();
        test.settle("b2");

        assertThat(test.offer(shard, "c", 3)).isEqualTo(Window.Offer.TAKEN);
        assertThat(test.names()).containsExactly("c3");
    }

    /** A container that lost the lease and goes on publishes in parallel to the new holder. */
    @Test
    void aLostLeaseEndsTheShard() {
        test.settle("a1");
        answer = new ShutdownException("gone");
        checkpoints.write();

        assertThat(test.window.look(Window.View::shards)).isEmpty();
        assertThat(test.offer(shard, "c", 3)).isEqualTo(Window.Offer.TURNED_AWAY);
    }

    /** Readiness spoke of the shard for ever, although another container had it and wrote its checkpoints. */
    @Test
    void aPostponedCheckpointIsNoProblemAnyMoreWhenTheShardHasGone() {
        test.settle("a1");
        answer = new KinesisClientLibDependencyException("away");
        checkpoints.write();
        assertThat(problems.latest()).isPresent();

        test.window.forget(shard);
        checkpoints.write();

        assertThat(problems.latest()).isEmpty();
    }

    /** Here KCL itself says that the lease is gone. */
    @Test
    void aPostponedCheckpointIsNoProblemAnyMoreWhenItsLeaseIsLost() {
        test.settle("a1");
        answer = new KinesisClientLibDependencyException("away");
        checkpoints.write();

        answer = new ShutdownException("gone");
        checkpoints.write();

        assertThat(problems.latest()).isEmpty();
    }

    /** An idle shard is not behind: its age must not grow. */
    @Test
    void theAgeGrowsOnlyWhileACheckpointIsDue() {
        test.settle("a1");
        checkpoints.write();
        test.time.advance(Duration.ofMinutes(5));
        checkpoints.write();
        assertThat(shard.checkpointedAt).isEqualTo(test.time.instant());

        test.settle("b2");
        answer = new ThrottlingException("slow down");
        test.time.advance(Duration.ofMinutes(5));
        checkpoints.write();

        assertThat(shard.checkpointedAt).isEqualTo(test.time.instant().minus(Duration.ofMinutes(5)));
    }

    private RecordProcessorCheckpointer checkpointer() {
        return (RecordProcessorCheckpointer) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RecordProcessorCheckpointer.class},
                (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("checkpoint");
                    assertThat(args).hasSize(2);
                    if (answer != null) {
                        throw answer;
                    }
                    written.add(args[0] + "/" + args[1]);
                    return null;
                });
    }
}
