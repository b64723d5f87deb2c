package io.github.kinesisiot.kinesis;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.Optional;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;

/**
 * Where a shard without a checkpoint begins.
 *
 * @param at present for a point in time, and then {@code position} is AT_TIMESTAMP
 */
record StartPosition(InitialPositionInStream position, Optional<Instant> at) {

    /** @throws IllegalArgumentException if it is none of the three forms */
    static StartPosition parse(String given) {
        return switch (given) {
            case "TRIM_HORIZON" -> new StartPosition(InitialPositionInStream.TRIM_HORIZON, Optional.empty());
            case "LATEST" -> new StartPosition(InitialPositionInStream.LATEST, Optional.empty());
            default -> at(instant(given));
        };
    }

    static StartPosition at(Instant instant) {
        return new StartPosition(InitialPositionInStream.AT_TIMESTAMP, Optional.of(instant));
    }

    boolean latest() {
        return position == InitialPositionInStream.LATEST;
    }

    InitialPositionInStreamExtended forKcl() {
        return at.map(instant -> InitialPositionInStreamExtended.newInitialPositionAtTimestamp(Date.from(instant)))
                .orElseGet(() -> InitialPositionInStreamExtended.newInitialPosition(position));
    }

    private static Instant instant(String given) {
        try {
            return Instant.parse(given);
        } catch (DateTimeParseException none) {
            throw new IllegalArgumentException(given, none);
        }
    }
}
