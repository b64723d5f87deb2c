package io.github.kinesisiot.deadletter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The directory of the dead letters, tried out before a record depends on it. It and its files are for their user and group alone, since a payload
 * may be somebody's data: where the bridge makes them, and where the file system knows permissions.
 */
public final class LettersDirectory {

    private static final String SETTING = "dead-letter.directory (DEAD_LETTER_DIRECTORY)";

    /** What to do about a directory that cannot be written. */
    public static final String ADVICE =
            "Give the directory and the files in it to that user (chown), mount a volume that the user may write, or set DEAD_LETTER_DIRECTORY to"
                    + " another directory.";

    private LettersDirectory() {}

    /**
     * Makes the directory if it is not there, then writes and deletes a file in it.
     *
     * @throws IOException whose message names the setting, the directory, the user and what to do
     */
    static void tryOut(Path directory) throws IOException {
        try {
            make(directory);
            probe(directory);
        } catch (IOException e) {
            throw new IOException(problem(directory, e) + ". " + ADVICE, e);
        }
    }

    /**
     * What would keep the bridge from storing dead letters there, found as the bridge finds it. Leaves nothing behind: a directory that was not there
     * is not there afterwards.
     */
    public static Optional<String> problemWith(Path directory) {
        Deque<Path> made = new ArrayDeque<>();
        for (Path missing = directory.toAbsolutePath();
                missing != null && Files.notExists(missing);
                missing = missing.getParent()) {
            made.addLast(missing);
        }
        try {
            try {
                make(directory);
                probe(directory);
            } finally {
                removeEmpty(made);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(problem(directory, e));
        }
    }

    private static void removeEmpty(Iterable<Path> directories) throws IOException {
        try {
            for (Path each : directories) {
                Files.deleteIfExists(each);
            }
        } catch (DirectoryNotEmptyException e) {
            // A bridge has begun to use it meanwhile.
        }
    }

    static void make(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, forUserAndGroup(directory, "rwxr-x---"));
            LineFile.syncDirectory(directory);
        }
    }

    /** For making a file or directory with these permissions, less what the process's umask takes away. */
    static FileAttribute<?>[] forUserAndGroup(Path place, String permissions) {
        if (!place.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    private static void probe(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, ".probe-", "");
        try (var channel = FileChannel.open(probe, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            channel.force(true);
        } finally {
            Files.deleteIfExists(probe);
        }
        // Those of another user before this one.
        try (var files = Files.newDirectoryStream(directory, "{*.jsonl," + DirectoryLock.FILE + "}")) {
            for (Path file : files) {
                if (Files.isRegularFile(file) && !Files.isWritable(file)) {
                    throw new AccessDeniedException(file.toString());
                }
            }
        }
    }

    private static String problem(Path directory, IOException e) {
        return SETTING + ": " + user() + " cannot store dead letters in " + directory.toAbsolutePath() + ": "
                + reason(directory, e);
    }

    private static String reason(Path directory, IOException e) {
        if (e instanceof AccessDeniedException denied) {
            boolean itself = denied.getFile() == null
                    || Path.of(denied.getFile()).getFileName().toString().startsWith(".probe-")
                    || Path.of(denied.getFile()).equals(directory);
            return "permission denied" + (itself ? "" : " for " + denied.getFile());
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "what is there is no directory";
        }
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + " is not there";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.getMessage();
    }

    /** Its number, which is what a volume's owner is compared with: in a container a user mostly has no name. */
    private static String user() {
        try {
            return "user id " + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "user " + System.getProperty("user.name");
        }
    }
}
