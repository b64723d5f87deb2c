package io.github.kinesisiot.cloud;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When the bridge said what, by the times of its plain log. */
public record LogTimes(String log) {
    private static final Pattern TIME = Pattern.compile("^(\\S+Z) ");

    /** Of the first line with these words; throws when there is none, or it bears no time. */
    public Instant of(String words) {
        String line = log.lines()
                .filter(each -> each.contains(words))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing says '" + words + "': " + log));
        Matcher time = TIME.matcher(line);
        if (!time.find()) {
            throw new IllegalStateException("no time: " + line);
        }
        return Instant.parse(time.group(1));
    }
}
