package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.config.DurationRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** The checked options of one KCL consumer. */
record SourceSettings(
        StartPosition start,
        Retrieval retrieval,
        int maxInFlight,
        Duration checkpointInterval,
        Duration failoverTime,
        Duration retryDelay,
        Duration maxRetryDelay) {

    private static final DurationRange RETRY_DELAY = new DurationRange("1ms", "1h");

    enum Retrieval {
        POLLING,
        FAN_OUT
    }

    /** The options as they were written. */
    record Text(
            String start,
            String retrieval,
            String maxInFlight,
            String checkpointInterval,
            String failoverTime,
            String retryDelay,
            String maxRetryDelay) {}

    /**
     * @param durations turns Camel's notation of a duration into one, or into null
     * @throws IllegalArgumentException naming every wrong option, its value and what is expected
     */
    static SourceSettings parse(Text text, Function<String, Duration> durations) {
        Checks checks = new Checks(durations);
        StartPosition start = checks.value(
                "start",
                text.start,
                StartPosition::parse,
                "TRIM_HORIZON, LATEST or an instant such as 2026-11-22T10:15:30Z");
        Retrieval retrieval =
                checks.value("retrieval", text.retrieval, SourceSettings::retrieval, "polling or fan-out");
        Integer maxInFlight = checks.value(
                "maxInFlight", text.maxInFlight, SourceSettings::records, "a whole number from 1 to 100000");
        Duration checkpointInterval =
                checks.duration("checkpointInterval", text.checkpointInterval, DurationRange.CHECKPOINT_INTERVAL);
        Duration failoverTime = checks.duration("failoverTime", text.failoverTime, DurationRange.FAILOVER_TIME);
        Duration retryDelay = checks.duration("retryDelay", text.retryDelay, RETRY_DELAY);
        Duration maxRetryDelay = checks.duration("maxRetryDelay", text.maxRetryDelay, RETRY_DELAY);
        checks.finish();
        return new SourceSettings(
                start, retrieval, maxInFlight, checkpointInterval, failoverTime, retryDelay, maxRetryDelay);
    }

    private static Retrieval retrieval(String given) {
        return switch (given) {
            case "polling" -> Retrieval.POLLING;
            case "fan-out" -> Retrieval.FAN_OUT;
            default -> throw new IllegalArgumentException(given);
        };
    }

    private static Integer records(String given) {
        int records = Integer.parseInt(given);
        if (records < 1 || records > 100_000) {
            throw new IllegalArgumentException(given);
        }
        return records;
    }

    private record Checks(Function<String, Duration> durations, List<String> wrong) {

        Checks(Function<String, Duration> durations) {
            this(durations, new ArrayList<>());
        }

        <T> T value(String option, String given, Function<String, T> parser, String expected) {
            try {
                if (given != null) {
                    return parser.apply(given.trim());
                }
            } catch (IllegalArgumentException notOne) {
                // Said below, in the words of the option.
            }
            wrong.add(option + ": '" + given + "' is not " + expected);
            return null;
        }

        Duration duration(String option, String given, DurationRange range) {
            Duration from = durations.apply(range.least());
            Duration to = durations.apply(range.most());
            Predicate<Duration> within =
                    value -> value != null && value.compareTo(from) >= 0 && value.compareTo(to) <= 0;
            return value(
                    option,
                    given,
                    text -> {
                        Duration value = durations.apply(text);
                        if (!within.test(value)) {
                            throw new IllegalArgumentException(text);
                        }
                        return value;
                    },
                    "a duration from " + range.least() + " to " + range.most() + " such as 500ms, 5s, 1m or PT5S");
        }

        void finish() {
            if (!wrong.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", wrong));
            }
        }
    }
}
