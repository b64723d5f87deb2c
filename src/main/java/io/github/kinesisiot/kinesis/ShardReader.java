package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.log.RepeatedFault;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * One shard as KCL delivers it: every record goes into the window, in order.
 *
 * <p>Nothing is ever thrown out of {@link #processRecords}: KCL logs the exception, skips the batch and goes on. Waiting in there is the
 * back-pressure; KCL renews the lease on other threads meanwhile. Should a batch not be taken over whole, the shard is forgotten, so that
 * no later checkpoint can pass the gap.
 *
 * <p>The end of the shard is checkpointed only when everything KCL delivered of it is settled. That is what lets the children begin, so
 * a key's records stay in order across a reshard.
 *
 * <p>KCL calls it from one thread at a time.
 */
final class ShardReader implements ShardRecordProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);
    private static final long SHARD_END_RETRY_MILLIS = 1000;

    private final Window window;
    private final Checkpoints checkpoints;
    private final GapGuard gaps;
    private final Clock clock;
    private final RepeatedFault faults;

    /** Null until {@link #initialize}, before which KCL may end this reader all the same. */
    private Shard shard;

    ShardReader(Window window, Checkpoints checkpoints, GapGuard gaps, Clock clock, RepeatedFault faults) {
        this.window = window;
        this.checkpoints = checkpoints;
        this.gaps = gaps;
        this.clock = clock;
        this.faults = faults;
    }

    @Override
    public void initialize(InitializationInput input) {
        shard = window.open(input.shardId());
        LOG.atInfo()
                .addKeyValue("event", "shard-opened")
                .addKeyValue("shard", shard.id)
                .addKeyValue("sequence", input.extendedSequenceNumber().sequenceNumber())
                .log("Shard {}: reading after {}", shard.id, input.extendedSequenceNumber());
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        shard.checkpointer = input.checkpointer();
        shard.lastReadAt = clock.instant();
        shard.millisBehindLatest = input.millisBehindLatest();
        try {
            for (KinesisClientRecord record : input.records()) {
                if (!window.offer(shard, record)) {
                    return;
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            window.forget(shard);
        } catch (RuntimeException | Error unexpected) {
            faults.report("batch " + shard.id, more -> LOG.atError()
                    .addKeyValue("event", "batch-failed")
                    .addKeyValue("shard", shard.id)
                    .addKeyValue("repeated", more)
                    .setCause(unexpected)
                    .log(
                            "Shard {}: a batch could not be taken over; the shard is read again from its checkpoint{}",
                            shard.id,
                            RepeatedFault.more(more)));
            gaps.found(shard.id);
            window.forget(shard);
        }
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
        if (shard != null && window.forget(shard)) {
            LOG.atInfo()
                    .addKeyValue("event", "shard-lost")
                    .addKeyValue("shard", shard.id)
                    .log(
                            "Shard {}: the lease is gone; what was not settled is read again by the next holder",
                            shard.id);
        }
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        if (shard == null) {
            // Nothing of it was delivered here, so nobody here knows that it is settled.
            return;
        }
        try {
            if (window.awaitSettled(shard)) {
                checkpointEnd(input.checkpointer());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            window.forget(shard);
        }
    }

    /** The one place where the checkpoint without a position is right: KCL makes it the end of the shard. */
    private void checkpointEnd(RecordProcessorCheckpointer checkpointer) throws InterruptedException {
        do {
            try {
                checkpoints.end(shard, checkpointer);
                LOG.atInfo()
                        .addKeyValue("event", "shard-ended")
                        .addKeyValue("shard", shard.id)
                        .log("Shard {}: ended, everything of it is settled", shard.id);
                return;
            } catch (ShutdownException leaseGone) {
                LOG.atInfo()
                        .addKeyValue("event", "shard-lost")
                        .addKeyValue("shard", shard.id)
                        .log("Shard {}: the lease is gone, its end is not checkpointed here", shard.id);
                window.forget(shard);
                return;
            } catch (ThrottlingException | KinesisClientLibDependencyException | InvalidStateException away) {
                faults.report("shard end " + shard.id, more -> LOG.atWarn()
                        .addKeyValue("event", "shard-end-postponed")
                        .addKeyValue("shard", shard.id)
                        .addKeyValue("reason", Problems.code(Problems.root(away)))
                        .addKeyValue("repeated", more)
                        .log(
                                "Shard {}: its end cannot be checkpointed yet ({}); it is tried again{}",
                                shard.id,
                                Problems.brief(Problems.root(away)),
                                RepeatedFault.more(more)));
            }
        } while (window.pause(shard, SHARD_END_RETRY_MILLIS));
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        if (shard == null) {
            return;
        }
        shard.checkpointer = input.checkpointer();
        checkpoints.write(shard);
    }
}
