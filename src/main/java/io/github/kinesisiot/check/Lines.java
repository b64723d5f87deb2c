package io.github.kinesisiot.check;

import java.util.ArrayList;
import java.util.List;

/** Breaks sentences at blanks. */
final class Lines {

    private Lines() {}

    /** A word that is longer than the width, such as an ARN, has a line of its own and stays whole. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        var line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        if (line.length() > 0) {
            lines.add(line.toString());
        }
        return lines;
    }
}
