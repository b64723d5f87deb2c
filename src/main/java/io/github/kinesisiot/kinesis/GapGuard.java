package io.github.kinesisiot.kinesis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.leases.ShardInfo;
import software.amazon.kinesis.lifecycle.TaskExecutionListener;
import software.amazon.kinesis.lifecycle.TaskOutcome;
import software.amazon.kinesis.lifecycle.TaskType;
import software.amazon.kinesis.lifecycle.events.TaskExecutionListenerInput;

/**
 * Notices when KCL skips a batch by itself: an exception between the retrieval and {@code processRecords} is logged by KCL and the next
 * batch delivered as if nothing had been. The shard is then given up at its last checkpoint and read again, by whoever takes it next.
 *
 * <p>Thread-safe; KCL calls it on the thread that runs the shard's task.
 */
final class GapGuard implements TaskExecutionListener {

    private static final Logger LOG = LoggerFactory.getLogger(GapGuard.class);

    /** Leases whose batch is being processed; one that is still here at its next batch had the last one die on the way. */
    private final Set<ShardInfo> underWay = ConcurrentHashMap.newKeySet();

    private final Consumer<String> giveUp;

    /** @param giveUp called with the shard's id; must return at once */
    GapGuard(Consumer<String> giveUp) {
        this.giveUp = giveUp;
    }

    void found(String shardId) {
        giveUp.accept(shardId);
    }

    @Override
    public void beforeTaskExecution(TaskExecutionListenerInput input) {
        if (input.taskType() != TaskType.PROCESS) {
            underWay.remove(input.shardInfo());
        } else if (!underWay.add(input.shardInfo())) {
            skipped(input.shardInfo().shardId());
        }
    }

    @Override
    public void afterTaskExecution(TaskExecutionListenerInput input) {
        underWay.remove(input.shardInfo());
        if (input.taskType() == TaskType.PROCESS && input.taskOutcome() == TaskOutcome.FAILURE) {
            skipped(input.shardInfo().shardId());
        }
    }

    private void skipped(String shardId) {
        LOG.atError()
                .addKeyValue("event", "batch-skipped")
                .addKeyValue("shard", shardId)
                .log(
                        "Shard {}: KCL skipped a batch; the shard is given up and read again from its checkpoint",
                        shardId);
        found(shardId);
    }
}
