package io.github.kinesisiot.replay;

import io.github.kinesisiot.deadletter.DeadLetter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of {@code replay}.
 *
 * @param rate records a second
 * @param since letters stored at that moment or later
 * @param foreign whether letters of another stream or application are published too
 */
record Options(
        List<Path> files,
        int rate,
        boolean dryRun,
        Optional<String> reason,
        Optional<String> key,
        Optional<Instant> since,
        boolean foreign) {

    static final String USAGE =
            "usage: bridge replay [--dry-run] [--rate N] [--reason CODE] [--key K] [--since INSTANT] [--foreign] FILE…";

    private static final int RATE = 100;
    private static final int HIGHEST_RATE = 1_000_000;

    /** @throws IllegalArgumentException saying what is wrong with the arguments */
    static Options parse(List<String> arguments) {
        List<Path> files = new ArrayList<>();
        int rate = RATE;
        boolean dryRun = false;
        Optional<String> reason = Optional.empty();
        Optional<String> key = Optional.empty();
        Optional<Instant> since = Optional.empty();
        boolean foreign = false;
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (argument.equals("--dry-run")) {
                dryRun = true;
            } else if (argument.equals("--foreign")) {
                foreign = true;
            } else if (argument.startsWith("--")) {
                if (!rest.hasNext()) {
                    throw new IllegalArgumentException(argument + ": unknown, or its value is missing");
                }
                String value = rest.next();
                switch (argument) {
                    case "--rate" -> rate = rate(value);
                    case "--reason" -> reason = Optional.of(value);
                    case "--key" -> key = Optional.of(value);
                    case "--since" -> since = Optional.of(instant(value));
                    default -> throw new IllegalArgumentException(argument + ": there is no such option");
                }
            } else {
                files.add(file(argument));
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no file is given");
        }
        return new Options(List.copyOf(files), rate, dryRun, reason, key, since, foreign);
    }

    boolean selects(DeadLetter letter) {
        return reason.map(code -> code.equals(letter.reason())).orElse(true)
                && key.map(wanted -> wanted.equals(letter.partitionKey())).orElse(true)
                && since.map(from ->
                                letter.storedAt() != null && !letter.storedAt().isBefore(from))
                        .orElse(true);
    }

    private static Path file(String argument) {
        Path file = Path.of(argument);
        if (argument.endsWith(Replayed.SUFFIX)) {
            throw new IllegalArgumentException(file + ": says what was replayed, and holds no dead letters");
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + ": is no file that can be read");
        }
        return file;
    }

    private static int rate(String value) {
        try {
            int rate = Integer.parseInt(value);
            if (rate >= 1 && rate <= HIGHEST_RATE) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("--rate: '" + value + "' is no number from 1 to " + HIGHEST_RATE);
    }

    private static Instant instant(String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("--since: '" + value + "' is no instant such as 2026-11-22T00:00:00Z");
        }
    }
}
