package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Dead letters as JSON lines, one file a day (UTC) in one directory. {@link #append} returns only when the line is on the disk, so a record
 * may count as settled after it. A full disk or a directory that cannot be written is an exception, and the record stays unsettled.
 *
 * <p>The directory is held by one process at a time, from the first use until {@link #close} or the process's end. Letters that come while the
 * disk is busy are written together. Thread-safe.
 */
public final class DeadLetterStore implements AutoCloseable {

    private final Path directory;
    private final Clock clock;
    private final String holder;
    private final LineFile.Force force;

    private final List<Letter> waiting = new ArrayList<>();

    /** Whoever has it writes for all that wait; guards the lock too. */
    private final Object disk = new Object();

    private DirectoryLock lock;

    /** @param holder one line for others that want the directory, in a file that stays */
    public DeadLetterStore(Path directory, Clock clock, String holder) {
        this(directory, clock, holder, LineFile.Force.REAL);
    }

    DeadLetterStore(Path directory, Clock clock, String holder, LineFile.Force force) {
        this.directory = directory;
        this.clock = clock;
        this.holder = holder;
        this.force = force;
    }

    /** One that is to be stored, and how it went; guarded by {@link #disk} but for the line. */
    private static final class Letter {
        private final byte[] line;
        private boolean ended;
        private IOException failure;

        private Letter(byte[] line) {
            this.line = line;
        }
    }

    /**
     * Takes the directory, which is made if it is not there, and tries it out.
     *
     * @return who has it, if that is another; nothing if it is now this one's, or has been
     * @throws IOException when it cannot be written; the message says what to do
     */
    public Optional<String> claim() throws IOException {
        synchronized (disk) {
            if (lock != null && lock.isThere()) {
                return Optional.empty();
            }
            close();
            LettersDirectory.tryOut(directory);
            lock = DirectoryLock.take(directory, holder).orElse(null);
            return lock == null ? Optional.of(DirectoryLock.holder(directory)) : Optional.empty();
        }
    }

    public Path directory() {
        return directory;
    }

    /** @throws IOException when the letter is not safely stored; it may then be stored again later, and stand there twice */
    void append(DeadLetter letter) throws IOException {
        var mine = new Letter(DeadLetterJson.line(letter));
        synchronized (waiting) {
            waiting.add(mine);
        }
        synchronized (disk) {
            if (!mine.ended) {
                write();
            }
            if (mine.failure != null) {
                // One of its own for each thread that throws it.
                throw new IOException(mine.failure.getMessage(), mine.failure);
            }
        }
    }

    /** How many wait for the disk. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private void write() {
        List<Letter> letters;
        synchronized (waiting) {
            letters = List.copyOf(waiting);
            waiting.clear();
        }
        // For those that wait, whatever else may be thrown.
        var failure = new IOException("the letter was not written");
        try {
            Optional<String> other = claim();
            if (other.isPresent()) {
                throw new IOException(directory + " is in use by " + other.get());
            }
            LineFile.append(
                    directory.resolve(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + ".jsonl"),
                    letters.stream().map(letter -> letter.line).toList(),
                    force);
            failure = null;
        } catch (IOException e) {
            failure = e;
        } finally {
            for (Letter letter : letters) {
                letter.ended = true;
                letter.failure = failure;
            }
        }
    }

    /** Lets the directory go; what is appended afterwards takes it again. */
    @Override
    public void close() throws IOException {
        synchronized (disk) {
            if (lock != null) {
                lock.close();
                lock = null;
            }
        }
    }
}
