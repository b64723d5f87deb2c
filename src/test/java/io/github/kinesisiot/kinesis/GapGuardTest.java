package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.leases.ShardInfo;
import software.amazon.kinesis.lifecycle.TaskOutcome;
import software.amazon.kinesis.lifecycle.TaskType;
import software.amazon.kinesis.lifecycle.events.TaskExecutionListenerInput;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class GapGuardTest {

    private final List<String> givenUp = new ArrayList<>();
    private final GapGuard guard = new GapGuard(givenUp::add);

    /** KCL logs what went wrong between reading and delivering a batch, and delivers the next one: the first would be lost. */
    @Test
    void aBatchThatFailedOnItsWayGivesTheShardUp() {
        guard.beforeTaskExecution(task("shard-1", TaskType.PROCESS, null));
        guard.afterTaskExecution(task("shard-1", TaskType.PROCESS, TaskOutcome.FAILURE));
        assertThat(givenUp).containsExactly("shard-1");
    }

    /** An Error ends the task without the listener hearing of it; the next batch shows that the last one never arrived. */
    @Test
    void aBatchWhoseEndWasNeverToldGivesTheShardUpAtTheNext() {
        guard.beforeTaskExecution(task("shard-1", TaskType.PROCESS, null));
        assertThat(givenUp).isEmpty();
        guard.beforeTaskExecution(task("shard-1", TaskType.PROCESS, null));
        assertThat(givenUp).containsExactly("shard-1");
    }

    /** Giving up a healthy shard repeats its records for nothing. */
    @Test
    void batchesThatArriveGiveNothingUp() {
        for (int i = 0; i < 3; i++) {
            guard.beforeTaskExecution(task("shard-1", TaskType.PROCESS, null));
            guard.beforeTaskExecution(task("shard-2", TaskType.PROCESS, null));
            guard.afterTaskExecution(task("shard-1", TaskType.PROCESS, TaskOutcome.SUCCESSFUL));
            guard.afterTaskExecution(task("shard-2", TaskType.PROCESS, TaskOutcome.SUCCESSFUL));
        }
        guard.beforeTaskExecution(task("shard-1", TaskType.SHUTDOWN, null));
        guard.afterTaskExecution(task("shard-1", TaskType.SHUTDOWN, TaskOutcome.FAILURE));
        assertThat(givenUp).isEmpty();
    }

    private static TaskExecutionListenerInput task(String shard, TaskType type, TaskOutcome outcome) {
        return TaskExecutionListenerInput.builder()
                .shardInfo(new ShardInfo(shard, "token", List.of(), ExtendedSequenceNumber.TRIM_HORIZON))
                .taskType(type)
                .taskOutcome(outcome)
                .build();
    }
}
