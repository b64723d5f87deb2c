package io.github.kinesisiot;

import java.util.regex.Pattern;

/** Foreign text on its way to a terminal: keys, topics and payloads are the devices' to choose, and may neither forge a line nor steer the terminal. */
public final class Printable {

    /** Control characters, C1 included; formats, which turn the direction of writing; line and paragraph separators; half surrogate pairs. */
    private static final Pattern NOT_TEXT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private Printable() {}

    /** One line, with a question mark for each character that is none to look at. */
    public static String of(Object text) {
        return NOT_TEXT.matcher(String.valueOf(text)).replaceAll("?");
    }
}
