package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Dead letters as JSON lines, one file a day (UTC) in one directory. {@link #append} returns only when the line is on the disk, so a record
 * may count as settled after it. A full disk or a directory that cannot be written is an exception, and the record stays unsettled.
 *
 * <p>Thread-safe. Several containers must not share one directory.
 */
public final class DeadLetterStore {

    private final Path directory;
    private final Clock clock;

    public DeadLetterStore(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** @throws IOException when the letter is not safely stored; it may then be stored again later, and stand there twice */
    synchronized void append(DeadLetter letter) throws IOException {
        byte[] json = DeadLetterJson.line(letter);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            LineFile.syncDirectory(directory);
        }
        LineFile.append(directory.resolve(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + ".jsonl"), line);
    }
}
