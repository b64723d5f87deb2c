package io.github.kinesisiot.check;

import io.github.kinesisiot.Printable;

/** Failures in one line. */
final class Words {

    private static final int LONGEST = 1000;

    private Words() {}

    /** Without what would break the report: AWS repeats signed requests over many lines. */
    static String firstLine(String message) {
        String line = Printable.of(String.valueOf(message).lines().findFirst().orElse(""));
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
