package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Appends lines to a file so that a crash or a full disk never joins two of them: half a line that a crash left is closed with a line end, half
 * a line that could not be finished is taken back. Not thread-safe, and stateless: callers take turns, and no other process writes to the file.
 */
public final class LineFile {

    private static final byte[] NEW_LINE = {'\n'};

    /** For each thread that writes from the heap the JDK keeps a buffer outside of it, of the size of its largest write. */
    private static final int SLICE = 64 * 1024;

    /** What makes sure that the bytes are on the disk. */
    interface Force {

        Force REAL = channel -> channel.force(true);

        void on(FileChannel channel) throws IOException;
    }

    private LineFile() {}

    /**
     * Returns when the lines are on the disk, all with one {@code force}, and so is the file's name if this made the file. When it throws, none of
     * them is in the file.
     *
     * @param lines without their ends
     */
    static void append(Path file, List<byte[]> lines, Force force) throws IOException {
        boolean made = !Files.exists(file);
        List<byte[]> parts = new ArrayList<>();
        if (!made && endsWithinALine(file)) {
            parts.add(NEW_LINE);
        }
        for (byte[] line : lines) {
            parts.add(line);
            parts.add(NEW_LINE);
        }
        try (var channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                LettersDirectory.forUserAndGroup(file, "rw-r-----"))) {
            append(channel, parts, force);
            if (made) {
                syncDirectory(file);
            }
        }
    }

    /** To a channel that can also be read. {@code lines} ends with a line end. */
    public static void append(FileChannel channel, byte[] lines) throws IOException {
        long end = channel.size();
        boolean cut = end > 0 && lastByte(channel, end) != NEW_LINE[0];
        append(channel, cut ? List.of(NEW_LINE, lines) : List.of(lines), Force.REAL);
    }

    private static void append(FileChannel channel, List<byte[]> parts, Force force) throws IOException {
        long end = channel.size();
        channel.position(end);
        try {
            for (byte[] part : parts) {
                write(channel, part);
            }
            force.on(channel);
        } catch (IOException e) {
            cutBack(channel, end, e);
            throw e;
        }
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            at += channel.write(ByteBuffer.wrap(bytes, at, Math.min(SLICE, bytes.length - at)));
        }
    }

    /** A file that is synced can still be missing after a power cut, until its directory is. */
    public static void syncDirectory(Path file) throws IOException {
        try (var directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static boolean endsWithinALine(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return size > 0 && lastByte(channel, size) != NEW_LINE[0];
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
