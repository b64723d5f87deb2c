package io.github.kinesisiot.kinesis;

import software.amazon.kinesis.checkpoint.Checkpoint;
import software.amazon.kinesis.exceptions.KinesisClientLibException;
import software.amazon.kinesis.processor.Checkpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * Takes the writing of checkpoints out of the lock that KCL holds around it. Each delivery of records needs that lock too: with a lease
 * table that does not answer, a shard would stand still for as long as its checkpoint is tried.
 *
 * <p>So KCL is asked as ever and checks the position and the lease, but instead of writing, {@link #setCheckpoint} throws the
 * {@link CheckpointDue}, and whoever asked writes it, without the lock. The end of a shard is written at once: nothing is delivered any
 * more, and KCL must know that it is written. Thread-safe.
 */
final class UnlockedCheckpointer implements Checkpointer {

    private final Checkpointer table;

    /** @param table writes to the lease table */
    UnlockedCheckpointer(Checkpointer table) {
        this.table = table;
    }

    @Override
    public void setCheckpoint(String leaseKey, ExtendedSequenceNumber value, String concurrencyToken)
            throws KinesisClientLibException {
        if (!ExtendedSequenceNumber.SHARD_END.equals(value)) {
            throw new CheckpointDue(() -> table.setCheckpoint(leaseKey, value, concurrencyToken));
        }
        table.setCheckpoint(leaseKey, value, concurrencyToken);
    }

    @Override
    public ExtendedSequenceNumber getCheckpoint(String leaseKey) throws KinesisClientLibException {
        return table.getCheckpoint(leaseKey);
    }

    @Override
    public Checkpoint getCheckpointObject(String leaseKey) throws KinesisClientLibException {
        return table.getCheckpointObject(leaseKey);
    }

    @Override
    public void prepareCheckpoint(String leaseKey, ExtendedSequenceNumber pending, String concurrencyToken)
            throws KinesisClientLibException {
        table.prepareCheckpoint(leaseKey, pending, concurrencyToken);
    }

    @Override
    public void prepareCheckpoint(
            String leaseKey, ExtendedSequenceNumber pending, String concurrencyToken, byte[] pendingState)
            throws KinesisClientLibException {
        table.prepareCheckpoint(leaseKey, pending, concurrencyToken, pendingState);
    }

    @Override
    public void operation(String operation) {
        table.operation(operation);
    }

    @Override
    public String operation() {
        return table.operation();
    }
}
