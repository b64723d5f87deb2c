package io.github.kinesisiot.replay;

import io.github.kinesisiot.deadletter.DeadLetter;
import io.github.kinesisiot.deadletter.DeadLetterJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The letters of one file, in the order of their storing. Not thread-safe. Holds one line at a time. */
final class Letters {

    /** @throws IOException ends the reading */
    interface Reader {
        void letter(Numbered letter) throws IOException, InterruptedException;

        /** A line in the middle of the file that is no dead letter. */
        void broken(Path file, long line, String why);

        /** The last line has no end and is no dead letter: its record was never settled, and is stored again by the bridge. */
        void unfinished(Path file, long line);
    }

    record Numbered(Path file, long line, DeadLetter letter) {}

    private Letters() {}

    static void read(Path file, Reader reader) throws IOException, InterruptedException {
        // Not strictly UTF-8: half a line may end in half a character.
        try (var in = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            var text = new StringBuilder();
            long line = 0;
            boolean ended = true;
            while (ended) {
                text.setLength(0);
                ended = nextLine(in, text);
                line++;
                if (text.isEmpty() || text.toString().isBlank()) {
                    continue;
                }
                DeadLetter letter;
                try {
                    letter = DeadLetterJson.parse(text.toString());
                } catch (IOException e) {
                    if (ended) {
                        reader.broken(file, line, e.getMessage());
                    } else {
                        reader.unfinished(file, line);
                    }
                    continue;
                }
                reader.letter(new Numbered(file, line, letter));
            }
        }
    }

    /** @return whether the line has an end */
    private static boolean nextLine(BufferedReader in, StringBuilder line) throws IOException {
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return true;
            }
            line.append((char) c);
        }
        return false;
    }
}
