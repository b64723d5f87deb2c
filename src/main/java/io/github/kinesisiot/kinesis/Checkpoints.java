package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.log.RepeatedFault;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.KinesisClientLibException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/**
 * Writes how far each shard is settled into the lease table: always an explicit sequence and sub-sequence number, never one that was
 * written before or lies behind it, never past a record that is not settled.
 *
 * <p>A write that is throttled or that DynamoDB does not answer is tried again at the next {@link #write()}, and publishing goes on. A
 * write that is refused because the lease is gone forgets the shard.
 *
 * <p>Thread-safe, one write at a time. Each waits for DynamoDB, for at most the lease table's time-out.
 */
final class Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Window window;
    private final Clock clock;
    private final RepeatedFault faults;
    private final Problems problems;

    /** Shards whose checkpoint is still to be written; only with this object's lock. */
    private final Set<Shard> postponed = new HashSet<>();

    Checkpoints(Window window, Clock clock, RepeatedFault faults, Problems problems) {
        this.window = window;
        this.clock = clock;
        this.faults = faults;
        this.problems = problems;
    }

    /** One round over all shards. */
    synchronized void write() {
        List<Shard> open = window.look(Window.View::shards);
        over(open);
        for (Shard shard : open) {
            write(shard);
        }
    }

    /** The checkpoint of a shard that went to somebody else is no problem of this container any more. */
    private void over(List<Shard> open) {
        for (Shard gone : List.copyOf(postponed)) {
            if (!open.contains(gone)) {
                over(gone);
            }
        }
    }

    private void over(Shard shard) {
        postponed.remove(shard);
        faults.over(kind(shard));
        problems.over(kind(shard));
    }

    /** @return whether everything settled of this shard is in the lease table now */
    synchronized boolean write(Shard shard) {
        Optional<Position> due = window.look(view -> shard.lost ? Optional.empty() : shard.settledPrefix());
        RecordProcessorCheckpointer checkpointer = shard.checkpointer;
        if (due.isEmpty() || checkpointer == null || due.get().equals(shard.checkpointed)) {
            shard.checkpointedAt = clock.instant();
            return true;
        }
        return write(shard, due.get(), checkpointer);
    }

    /**
     * The end of the shard: everything of it is settled. Never while another checkpoint is on its way, which would overwrite the end.
     *
     * @throws KinesisClientLibException when it is not written
     */
    synchronized void end(Shard shard, RecordProcessorCheckpointer checkpointer)
            throws KinesisClientLibDependencyException, ThrottlingException, ShutdownException, InvalidStateException {
        checkpointer.checkpoint();
        window.forget(shard);
    }

    private boolean write(Shard shard, Position position, RecordProcessorCheckpointer checkpointer) {
        try {
            ask(checkpointer, position);
            shard.checkpointed = position;
            shard.checkpointedAt = clock.instant();
            over(shard);
            return true;
        } catch (ShutdownException leaseGone) {
            LOG.atInfo()
                    .addKeyValue("event", "checkpoint-dropped")
                    .addKeyValue("shard", shard.id)
                    .addKeyValue("sequence", position)
                    .log("Shard {}: the lease is gone, no checkpoint at {}", shard.id, position);
            window.forget(shard);
            over(shard);
        } catch (ThrottlingException throttled) {
            postponed(shard, position, "DynamoDB throttles the lease table", throttled);
        } catch (KinesisClientLibDependencyException away) {
            postponed(shard, position, "the lease table cannot be written", away);
        } catch (InvalidStateException noTable) {
            postponed(shard, position, "the lease table is not usable", noTable);
        } catch (KinesisClientLibException | RuntimeException unexpected) {
            postponed(shard, position, "KCL refuses the checkpoint", unexpected);
        }
        return false;
    }

    private static void ask(RecordProcessorCheckpointer checkpointer, Position position)
            throws KinesisClientLibException {
        try {
            checkpointer.checkpoint(position.sequenceNumber(), position.subSequence());
        } catch (CheckpointDue due) {
            due.write();
        }
    }

    private void postponed(Shard shard, Position position, String what, Exception cause) {
        Throwable root = Problems.root(cause);
        postponed.add(shard);
        problems.now(
                kind(shard),
                "Checkpoint of shard " + shard.id + " postponed: " + what + " (" + Problems.brief(root) + ")");
        faults.report(kind(shard), more -> LOG.atWarn()
                .addKeyValue("event", "checkpoint-postponed")
                .addKeyValue("shard", shard.id)
                .addKeyValue("sequence", position)
                .addKeyValue("reason", Problems.code(root))
                .addKeyValue("repeated", more)
                .log(
                        "Checkpoint of shard {} at {} postponed: {} ({}); it is tried again, publishing goes on{}",
                        shard.id,
                        position,
                        what,
                        Problems.brief(root),
                        RepeatedFault.more(more)));
    }

    private static String kind(Shard shard) {
        return "checkpoint " + shard.id;
    }
}
