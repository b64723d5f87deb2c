package io.github.kinesisiot.kinesis;

import software.amazon.kinesis.exceptions.KinesisClientLibException;
import software.amazon.kinesis.exceptions.ThrottlingException;

/**
 * KCL's leave to write a checkpoint, on its way out of KCL's lock: {@link #write} is still to be called. A kind of throttling because KCL
 * passes that on as it is and does not take the checkpoint for written.
 */
final class CheckpointDue extends ThrottlingException {

    private static final long serialVersionUID = 1L;

    /** The write itself, to the lease table. */
    interface Write {
        void run() throws KinesisClientLibException;
    }

    private final transient Write write;

    CheckpointDue(Write write) {
        super("not written yet");
        this.write = write;
    }

    void write() throws KinesisClientLibException {
        write.run();
    }

    /** No failure, so nobody reads its stack. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
