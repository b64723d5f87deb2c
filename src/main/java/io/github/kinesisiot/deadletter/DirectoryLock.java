package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds a directory for one process: a lock of the operating system on the file {@value #FILE} in it, which ends with the process however it ends.
 * The file says who holds it; it stays when the lock is gone. Thread-safe.
 */
final class DirectoryLock implements AutoCloseable {

    static final String FILE = ".lock";

    private static final int LONGEST = 500;

    /**
     * What this process holds, and the words of its lock file. POSIX gives up all locks of a process on a file when the process closes any channel
     * to it, so a directory of one's own must not be asked about by opening its lock file once more.
     */
    private static final Map<Path, String> OWN = new HashMap<>();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Does not wait.
     *
     * @param holder one line that says who this is
     * @return empty if another has it
     * @throws IOException when the file cannot be made, written or locked
     */
    static Optional<DirectoryLock> take(Path directory, String holder) throws IOException {
        Path real = directory.toRealPath();
        synchronized (OWN) {
            if (OWN.containsKey(real)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(
                    real.resolve(FILE),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    LettersDirectory.forUserAndGroup(real, "rw-rw----"));
            try {
                if (channel.tryLock() == null) {
                    channel.close();
                    return Optional.empty();
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            OWN.put(real, holder);
            return Optional.of(new DirectoryLock(real, channel));
        }
    }

    /** Who has the directory, as that one says itself. For a directory that could not be taken. */
    static String holder(Path directory) throws IOException {
        Path real = directory.toRealPath();
        synchronized (OWN) {
            String own = OWN.get(real);
            if (own != null) {
                return own;
            }
        }
        try (var in = Files.newInputStream(real.resolve(FILE))) {
            String said = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
            return said.isEmpty() ? "another process" : said;
        }
    }

    /** For a directory that was removed under its holder: the lock is on a file that nobody finds any more. */
    boolean isThere() {
        return Files.exists(directory.resolve(FILE));
    }

    @Override
    public void close() throws IOException {
        synchronized (OWN) {
            OWN.remove(directory);
            channel.close();
        }
    }
}
