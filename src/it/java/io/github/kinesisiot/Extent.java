package io.github.kinesisiot;

import java.time.Duration;

/**
 * How much of a test is run: {@code mvn verify} runs the short form, {@code mvn verify -Dtests.long=true} the long one, with the same code. What
 * only the long run shows has the tag {@code long}.
 */
public final class Extent {
    private static final boolean LONG = Boolean.getBoolean("tests.long");

    private Extent() {}

    /** Whether this is the long run. */
    public static boolean isLong() {
        return LONG;
    }

    public static int of(int shortRun, int longRun) {
        return LONG ? longRun : shortRun;
    }

    public static Duration of(Duration shortRun, Duration longRun) {
        return LONG ? longRun : shortRun;
    }
}
