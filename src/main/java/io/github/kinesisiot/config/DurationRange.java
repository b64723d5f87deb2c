package io.github.kinesisiot.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/**
 * What a duration may be: Camel's own notation, from the least to the most. Stricter than Camel in one thing: each number needs its unit. Camel takes
 * a bare number for milliseconds, where those who write one mean seconds.
 */
public record DurationRange(String least, String most) {

    /** Settings that are options of the aws2-kinesis component too, which checks them again. */
    public static final DurationRange CHECKPOINT_INTERVAL = new DurationRange("100ms", "5m");

    public static final DurationRange FAILOVER_TIME = new DurationRange("1s", "10m");

    /** In this order, as Camel reads them. It passes over in silence what does not fit. */
    private static final Pattern NOTATION =
            Pattern.compile("(?=\\d)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m(?!s))?(\\d{1,9}s)?(\\d{1,9}ms)?");

    private static final Pattern BARE = Pattern.compile("\\d{1,18}");

    /** Of each unit that whole numbers of seconds are written in, the seconds. */
    private enum Unit {
        DAYS("d", 86_400),
        HOURS("h", 3_600),
        MINUTES("m", 60);

        private final String letter;
        private final long seconds;

        Unit(String letter, long seconds) {
            this.letter = letter;
            this.seconds = seconds;
        }
    }

    /** @throws IllegalArgumentException with what was expected */
    void check(String value) {
        if (BARE.matcher(value).matches()) {
            throw new IllegalArgumentException(withUnit(value));
        }
        if (!NOTATION.matcher(value).matches() || !contains(parse(value))) {
            throw new IllegalArgumentException("a duration " + inWords() + ", e.g. 500ms, 30s, 5m, 1h");
        }
    }

    /** Of a value that was checked. */
    static Duration parse(String value) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(value));
    }

    private boolean contains(Duration duration) {
        return duration.compareTo(parse(least)) >= 0 && duration.compareTo(parse(most)) <= 0;
    }

    private String inWords() {
        return "from " + least + " to " + most;
    }

    private String withUnit(String number) {
        List<String> meant = meant(number);
        return meant.isEmpty()
                ? "a duration with its unit, " + inWords() + ", e.g. 500ms, 30s, 5m, 1h"
                : "a duration with its unit: write " + String.join(" or ", meant);
    }

    /** What the number may be meant for: seconds, as most do, else milliseconds. */
    private List<String> meant(String number) {
        List<String> meant = new ArrayList<>();
        long seconds = Long.parseLong(number);
        if (seconds <= parse(most).toSeconds() && contains(Duration.ofSeconds(seconds))) {
            meant.add(seconds + "s");
            for (Unit unit : Unit.values()) {
                if (seconds % unit.seconds == 0) {
                    meant.add(seconds / unit.seconds + unit.letter);
                    break;
                }
            }
        } else if (seconds <= parse(most).toMillis() && contains(Duration.ofMillis(seconds))) {
            meant.add(seconds + "ms");
        }
        return meant;
    }
}
