package io.github.kinesisiot.deadletter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Dead letters as JSON lines, one file a day (UTC) in one directory. {@link #append} returns only when the line is on the disk, so a record
 * may count as settled after it. A full disk or a directory that cannot be written is an exception, and the record stays unsettled.
 *
 * <p>Thread-safe. Several containers must not share one directory.
 */
public final class DeadLetterStore {

    private static final byte NEW_LINE = '\n';

    private final Path directory;
    private final Clock clock;
    private final ObjectMapper json = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .disable(SerializationFeature.INDENT_OUTPUT)
            .build();

    public DeadLetterStore(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** @throws IOException when the letter is not safely stored; it may then be stored again later, and stand there twice */
    synchronized void append(DeadLetter letter) throws IOException {
        byte[] line = json.writeValueAsBytes(letter);
        Files.createDirectories(directory);
        Path file = directory.resolve(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + ".jsonl");
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            var bytes = ByteBuffer.allocate(line.length + 2);
            if (end > 0 && lastByte(channel, end) != NEW_LINE) {
                // A crash cut the last line short: keep it apart from this one.
                bytes.put(NEW_LINE);
            }
            bytes.put(line).put(NEW_LINE).flip();
            try {
                for (long at = end; bytes.hasRemaining(); ) {
                    at += channel.write(bytes, at);
                }
                channel.force(true);
            } catch (IOException e) {
                cutBack(channel, end, e);
                throw e;
            }
        }
    }

    private static byte lastByte(FileChannel channel, long size) throws IOException {
        var last = ByteBuffer.allocate(1);
        channel.read(last, size - 1);
        return last.get(0);
    }

    /** A disk that filled up mid-line leaves half a line; without it a later success would follow on the same line. */
    private static void cutBack(FileChannel channel, long end, IOException reason) {
        try {
            channel.truncate(end);
        } catch (IOException | UncheckedIOException e) {
            reason.addSuppressed(e);
        }
    }
}
