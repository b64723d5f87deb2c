package io.github.kinesisiot.replay;

import io.github.kinesisiot.deadletter.LineFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What of a file of dead letters has been published: one line for each record in {@code FILE.replayed} beside it, on the disk before the record
 * counts. Whoever has it open holds it alone, so two replays of one file cannot double each other.
 *
 * <p>Records that end while the disk is busy are written together. Thread-safe.
 */
final class Replayed implements AutoCloseable {

    static final String SUFFIX = ".replayed";

    private final FileChannel channel;
    private final ExecutorService disk = Executors.newSingleThreadExecutor(task -> new Thread(task, "replayed"));
    private final Set<RecordId> before;
    private final List<Mark> pending = new ArrayList<>();

    private record Mark(RecordId id, CompletableFuture<Void> written) {}

    private Replayed(FileChannel channel, Set<RecordId> before) {
        this.channel = channel;
        this.before = before;
    }

    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + SUFFIX);
    }

    /** What was published before now; does not make the file. */
    static Set<RecordId> read(Path file) throws IOException {
        Path marks = beside(file);
        if (!Files.exists(marks)) {
            return Set.of();
        }
        try (var channel = FileChannel.open(marks, StandardOpenOption.READ)) {
            return lines(channel);
        }
    }

    static Replayed open(Path file) throws IOException {
        Path marks = beside(file);
        boolean made = !Files.exists(marks);
        FileChannel channel =
                FileChannel.open(marks, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, marks);
            if (made) {
                LineFile.syncDirectory(marks);
            }
            return new Replayed(channel, lines(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    boolean contains(RecordId id) {
        return before.contains(id);
    }

    /** Completes when the line is on the disk. */
    CompletableFuture<Void> add(RecordId id) {
        var written = new CompletableFuture<Void>();
        synchronized (pending) {
            pending.add(new Mark(id, written));
        }
        disk.execute(this::write);
        return written;
    }

    private void write() {
        List<Mark> marks;
        synchronized (pending) {
            marks = List.copyOf(pending);
            pending.clear();
        }
        if (marks.isEmpty()) {
            return;
        }
        var lines = new StringBuilder();
        marks.forEach(mark -> lines.append(mark.id.line()).append('\n'));
        try {
            LineFile.append(channel, lines.toString().getBytes(StandardCharsets.UTF_8));
            marks.forEach(mark -> mark.written.complete(null));
        } catch (IOException e) {
            marks.forEach(mark -> mark.written.completeExceptionally(e));
        }
    }

    private static void lock(FileChannel channel, Path marks) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException(marks + ": another replay of this file is running");
        }
    }

    private static Set<RecordId> lines(FileChannel channel) throws IOException {
        // Not closed: that would close the channel.
        byte[] bytes = Channels.newInputStream(channel.position(0)).readAllBytes();
        String text = new String(bytes, StandardCharsets.UTF_8);
        Set<RecordId> ids = new HashSet<>();
        for (int from = 0, end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
            ids.add(new RecordId(text.substring(from, end)));
        }
        // A last line without an end is of a replay that was killed: it does not count.
        return ids;
    }

    @Override
    public void close() {
        disk.shutdown();
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
