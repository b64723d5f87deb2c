package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends lines to a file so that a crash or a full disk never joins two of them: half a line that a crash left is closed with a line end, half
 * a line that could not be finished is taken back. Not thread-safe, and stateless: callers take turns.
 */
public final class LineFile {

    private static final byte NEW_LINE = '\n';

    private LineFile() {}

    /** Returns when the lines are on the disk, and so is the file's name if this made the file. {@code lines} ends with a line end. */
    static void append(Path file, byte[] lines) throws IOException {
        boolean made = !Files.exists(file);
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            append(channel, lines);
            if (made) {
                syncDirectory(file);
            }
        }
    }

    /** As above, to a channel that can also be read. */
    public static void append(FileChannel channel, byte[] lines) throws IOException {
        long end = channel.size();
        var bytes = ByteBuffer.allocate(lines.length + 1);
        if (end > 0 && lastByte(channel, end) != NEW_LINE) {
            bytes.put(NEW_LINE);
        }
        bytes.put(lines).flip();
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

    /** A file that is synced can still be missing after a power cut, until its directory is. */
    public static void syncDirectory(Path file) throws IOException {
        try (var directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static byte lastByte(FileChannel channel, long size) throws IOException {
        var last = ByteBuffer.allocate(1);
        channel.read(last, size - 1);
        return last.get(0);
    }

    private static void cutBack(FileChannel channel, long end, IOException reason) {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
