package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.log.RepeatedFault;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.checkpoint.ShardRecordProcessorCheckpointer;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.leases.ShardInfo;
import software.amazon.kinesis.processor.Checkpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class UnlockedCheckpointerTest {

    private final TestWindow test = new TestWindow(10);
    private final Shard shard = test.window.open("shard-1");
    private final Checkpoints checkpoints =
            new Checkpoints(test.window, test.time, new RepeatedFault(test.time), new Problems());
    private final List<String> written = new ArrayList<>();
    private final List<Boolean> locked = new ArrayList<>();
    private Exception answer;

    private final ShardRecordProcessorCheckpointer kcl = new ShardRecordProcessorCheckpointer(
            new ShardInfo("shard-1", "token", List.of(), ExtendedSequenceNumber.TRIM_HORIZON),
            new UnlockedCheckpointer(table()));

    @BeforeEach
    void deliver() {
        kcl.setInitialCheckpointValue(ExtendedSequenceNumber.TRIM_HORIZON);
        kcl.largestPermittedCheckpointValue(new ExtendedSequenceNumber("2"));
        shard.checkpointer = kcl;
        test.offer(shard, "a", 1);
        test.offer(shard, "b", 2);
        test.settle("a1");
    }

    /** KCL's deliveries need the same lock: a shard stood still for ten seconds a checkpoint while DynamoDB did not answer. */
    @Test
    void aCheckpointIsWrittenOutsideTheLockThatDeliveriesNeed() {
        assertThat(checkpoints.write(shard)).isTrue();

        assertThat(written).containsExactly("shard-1 1 token");
        assertThat(locked).containsExactly(false);
    }

    /** KCL writes nothing twice; what it takes for written is never tried again. */
    @Test
    void aWriteThatFailsIsDueAgain() {
        answer = new KinesisClientLibDependencyException("away");
        assertThat(checkpoints.write(shard)).isFalse();
        answer = null;
        assertThat(checkpoints.write(shard)).isTrue();

        assertThat(written).containsExactly("shard-1 1 token");
    }

    /** KCL reads a parent again, and its children never, until it has seen the end written itself. */
    @Test
    void theEndOfAShardIsWrittenUnderTheLock() throws Exception {
        kcl.sequenceNumberAtShardEnd(new ExtendedSequenceNumber("2"));
        kcl.largestPermittedCheckpointValue(ExtendedSequenceNumber.SHARD_END);

        checkpoints.end(shard, kcl);

        assertThat(written).containsExactly("shard-1 SHARD_END token");
        assertThat(locked).containsExactly(true);
        assertThat(kcl.lastCheckpointValue()).isEqualTo(ExtendedSequenceNumber.SHARD_END);
    }

    /** A checkpoint written after the end takes it back. */
    @Test
    void nothingIsWrittenAfterTheEnd() throws Exception {
        kcl.largestPermittedCheckpointValue(ExtendedSequenceNumber.SHARD_END);
        checkpoints.end(shard, kcl);
        checkpoints.write(shard);

        assertThat(written).containsExactly("shard-1 SHARD_END token");
    }

    private Checkpointer table() {
        return (Checkpointer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Checkpointer.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("setCheckpoint");
                    if (answer != null) {
                        throw answer;
                    }
                    locked.add(Thread.holdsLock(kcl));
                    written.add(args[0] + " " + ((ExtendedSequenceNumber) args[1]).sequenceNumber() + " " + args[2]);
                    return null;
                });
    }
}
