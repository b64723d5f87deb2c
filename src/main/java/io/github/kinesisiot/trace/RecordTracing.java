package io.github.kinesisiot.trace;

import java.time.Instant;

/** Makes the span of each record. In Camel's registry when tracing is on; who finds none there does nothing. Thread-safe. */
@FunctionalInterface
public interface RecordTracing {

    /** @param sequence with the sub-sequence number behind it, if there is one */
    RecordSpan of(String stream, String shard, String sequence, Instant readAt);
}
