package io.github.kinesisiot.deadletter;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.time.VirtualTime;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterStoreTest {

    private static final int TOGETHER = 20;

    @TempDir
    Path home;

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    // A force for each letter under one lock: bad records throttled the good ones to the speed of the disk.
    @Test
    void lettersThatComeWhileTheDiskIsBusyCostOneForceTogether() throws Exception {
        var forces = new AtomicInteger();
        var busy = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var store = store("a", channel -> {
            if (forces.incrementAndGet() == 1) {
                busy.countDown();
                awaitLatch(go);
            }
            channel.force(true);
        });
        List<Future<Void>> all = new ArrayList<>();
        all.add(append(store, 0));
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        for (int n = 1; n <= TOGETHER; n++) {
            all.add(append(store, n));
        }
        await().until(() -> store.waiting() == TOGETHER);
        assertThat(all).as("none counts before its force").noneMatch(Future::isDone);
        go.countDown();
        for (Future<Void> one : all) {
            one.get(10, TimeUnit.SECONDS);
        }
        assertThat(forces).hasValue(2);
        assertThat(sequences()).hasSize(TOGETHER + 1).doesNotHaveDuplicates();
    }

    // Of a group whose force fails nobody's letter is safe: one that counted all the same would be a lost record.
    @Test
    void aGroupThatCannotBeForcedIsStoredForNoneOfItAndTheNextIsWhole() throws Exception {
        var forces = new AtomicInteger();
        var busy = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var store = store("a", channel -> {
            if (forces.incrementAndGet() == 1) {
                busy.countDown();
                awaitLatch(go);
                return;
            }
            if (forces.get() == 2) {
                throw new IOException("No space left on device");
            }
            channel.force(true);
        });
        Future<Void> first = append(store, 0);
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        List<Future<Void>> group = new ArrayList<>();
        for (int n = 1; n <= TOGETHER; n++) {
            group.add(append(store, n));
        }
        await().until(() -> store.waiting() == TOGETHER);
        go.countDown();
        first.get(10, TimeUnit.SECONDS);
        for (Future<Void> one : group) {
            assertThatThrownBy(() -> one.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("No space left on device");
        }
        assertThat(sequences()).containsExactly("0");
        append(store, 99).get(10, TimeUnit.SECONDS);
        assertThat(sequences()).containsExactly("0", "99");
    }

    // Letters are the large records: a buffer of each one's size outside the heap, kept by each thread, is a container
    // that is killed.
    @Test
    void aLargeLetterIsWrittenInSlices() throws Exception {
        var store = store("a", LineFile.Force.REAL);
        append(store, 1).get(10, TimeUnit.SECONDS);
        long before = outsideTheHeap();
        byte[] payload = new byte[12 << 20];
        payload[payload.length - 1] = 7;
        // On this thread, which lives on with its buffers.
        store.append(letter(2, payload));
        assertThat(outsideTheHeap() - before).isLessThan(4 << 20);
        assertThat(DeadLetterJson.parse(lines().get(1)).payload()).isEqualTo(payload);
    }

    // Two that write to one file replace each other's letters, whose records are settled: lost.
    @Test
    void asLongAsOneHasTheDirectoryNoOtherStoresThere() throws Exception {
        var first = store("the first", LineFile.Force.REAL);
        var second = store("the second", LineFile.Force.REAL);
        assertThat(first.claim()).isEmpty();
        assertThat(second.claim()).contains("the first");
        assertThatThrownBy(() -> second.append(letter(1, new byte[0])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by the first");
        first.append(letter(2, new byte[0]));
        first.close();
        second.append(letter(3, new byte[0]));
        assertThat(first.claim()).contains("the second");
        assertThat(sequences()).containsExactly("2", "3");
    }

    // A lock on a file that nobody finds any more keeps nobody out.
    @Test
    void aDirectoryThatWasRemovedIsMadeAndTakenAgain() throws Exception {
        var store = store("a", LineFile.Force.REAL);
        store.append(letter(1, new byte[0]));
        for (Path file : List.of(file(), directory().resolve(DirectoryLock.FILE), directory())) {
            Files.delete(file);
        }
        store.append(letter(2, new byte[0]));
        assertThat(sequences()).containsExactly("2");
        assertThat(store("another", LineFile.Force.REAL).claim()).contains("a");
    }

    // Payloads may be somebody's data; with the usual umask everybody on the host could read them.
    @Test
    void directoryAndFilesAreForTheirUserAndGroupOnly() throws Exception {
        store("a", LineFile.Force.REAL).append(letter(1, new byte[0]));
        var all = List.of(home.resolve("made"), directory(), file(), directory().resolve(DirectoryLock.FILE));
        assertThat(all)
                .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .endsWith("---"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .startsWith("rw-");
    }

    // Told at the start, with whom to give the directory to, not by the first record that needs it.
    @Test
    void aDirectoryThatCannotBeMadeIsSaidWithTheUserAndTheFix() throws Exception {
        var store = new DeadLetterStore(Path.of("/proc/letters"), time, "a");
        assertThatThrownBy(store::claim)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("dead-letter.directory (DEAD_LETTER_DIRECTORY)")
                .hasMessageContaining("/proc/letters")
                .hasMessageContaining("user id " + Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .hasMessageContaining("chown");
    }

    // A check that leaves something behind is not run where it matters.
    @Test
    void tryingOutLeavesNothingBehind() throws Exception {
        assertThat(LettersDirectory.problemWith(directory())).isEmpty();
        assertThat(home).isEmptyDirectory();
        assertThat(LettersDirectory.problemWith(home)).isEmpty();
        assertThat(home).isEmptyDirectory();
        Files.createFile(home.resolve("made"));
        assertThat(LettersDirectory.problemWith(home.resolve("made")))
                .hasValueSatisfying(problem -> assertThat(problem).endsWith("what is there is no directory"));
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static long outsideTheHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private DeadLetterStore store(String holder, LineFile.Force force) {
        return new DeadLetterStore(directory(), time, holder, force);
    }

    private Future<Void> append(DeadLetterStore store, int sequence) {
        return threads.submit(() -> {
            store.append(letter(sequence, new byte[100]));
            return null;
        });
    }

    private Path directory() {
        return home.resolve("made/here");
    }

    private Path file() {
        return directory().resolve("2026-11-22.jsonl");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private List<String> sequences() throws IOException {
        List<String> sequences = new ArrayList<>();
        for (String line : lines()) {
            sequences.add(DeadLetterJson.parse(line).sequenceNumber());
        }
        return sequences;
    }

    private static DeadLetter letter(int sequence, byte[] payload) {
        return new DeadLetter(
                Instant.EPOCH,
                "X",
                "",
                "key",
                Integer.toString(sequence),
                0,
                "readings",
                "shardId-0",
                null,
                null,
                1,
                null,
                "bridge",
                "kinesis-to-iot",
                Map.of(),
                payload);
    }
}
