package io.github.kinesisiot.replay;

import io.github.kinesisiot.deadletter.DeadLetter;

/** What tells a record from all others, as one line. */
record RecordId(String line) {

    static RecordId of(DeadLetter letter) {
        return new RecordId(letter.stream() + " " + letter.shardId() + " " + letter.sequenceNumber() + " "
                + letter.subSequenceNumber());
    }
}
