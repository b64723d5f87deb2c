package io.github.kinesisiot.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.deadletter.DeadLetter;
import io.github.kinesisiot.replay.Letters.Numbered;
import io.github.kinesisiot.replay.Replayer.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayerTest {

    private static final int FAST = 1_000_000;

    @TempDir
    Path directory;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Tally tally = new Tally(new PrintStream(said, true), new PrintStream(said, true));
    private final List<String> published = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    // A newer state of a device, overwritten by an older one, is worse than none.
    @Test
    void lettersOfOneKeyStayInOrderAndNeverOverlap() throws Exception {
        Set<String> busy = Collections.synchronizedSet(new HashSet<>());
        List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
        var random = new Random(7);
        Replayer.Entry entry = letter -> {
            String key = letter.letter().partitionKey();
            if (!busy.add(key)) {
                overlaps.add(key);
            }
            boolean fails = random.nextInt(20) == 0;
            var ended = new CompletableFuture<Outcome>();
            threads.schedule(
                    () -> {
                        busy.remove(key);
                        if (!fails) {
                            published.add(key + " " + letter.letter().sequenceNumber());
                        }
                        ended.complete(fails ? new Outcome(Outcome.Kind.FAILED, "X", "x") : Outcome.PUBLISHED);
                    },
                    random.nextInt(3),
                    TimeUnit.MILLISECONDS);
            return ended;
        };
        replay(entry, System::nanoTime, FAST, 300, n -> "key-" + n % 7);
        assertThat(overlaps).isEmpty();
        Map<String, List<Integer>> byKey = new HashMap<>();
        published.forEach(line -> byKey.computeIfAbsent(line.split(" ")[0], k -> new ArrayList<>())
                .add(Integer.valueOf(line.split(" ")[1])));
        assertThat(byKey.values()).hasSize(7).allSatisfy(numbers -> assertThat(numbers)
                .isSorted());
        assertThat(published).hasSize(300);
        assertThat(tally.sum()).isTrue();
    }

    // A replay that is faster than the quota takes the connections' share from the records that arrive now.
    @Test
    void theRateIsKept() throws Exception {
        long start = System.nanoTime();
        replay(letter -> CompletableFuture.completedFuture(Outcome.PUBLISHED), System::nanoTime, 100, 31, n -> "k" + n);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(290));
    }

    // A broker that is away: each letter of a thousand tried for a minute is a night.
    @Test
    void afterAMinuteWithoutSuccessTheRestIsNotTried() throws Exception {
        var now = new AtomicLong();
        var tries = new AtomicLong();
        Replayer.Entry away = letter -> {
            tries.incrementAndGet();
            now.addAndGet(TimeUnit.SECONDS.toNanos(31));
            return CompletableFuture.completedFuture(new Outcome(Outcome.Kind.FAILED, "NOT_CONNECTED", "gone"));
        };
        replay(away, now::get, FAST, 50, n -> "one");
        assertThat(tries.get()).isEqualTo(2);
        assertThat(tally.sum()).isFalse();
        assertThat(said.toString()).contains("nothing goes through for 60 s: NOT_CONNECTED: gone", "not tried");
    }

    // What is refused again must not stop its key, and must be counted.
    @Test
    void aLetterThatIsRefusedAgainLetsTheNextOfItsKeyGoOn() throws Exception {
        Replayer.Entry entry = letter -> {
            boolean bad = letter.letter().sequenceNumber().equals("1");
            if (!bad) {
                published.add(letter.letter().sequenceNumber());
            }
            return CompletableFuture.completedFuture(
                    bad ? new Outcome(Outcome.Kind.REFUSED, "TOPIC_TOO_DEEP", "9 levels") : Outcome.PUBLISHED);
        };
        replay(entry, System::nanoTime, FAST, 3, n -> "one");
        assertThat(published).containsExactly("0", "2");
        assertThat(tally.sum()).isFalse();
        assertThat(said.toString())
                .contains("f.jsonl:2: not published, stays a dead letter: TOPIC_TOO_DEEP: 9 levels")
                .contains("Published 2 dead letters, 1 refused again {TOPIC_TOO_DEEP=1}");
        assertThat(Replayed.read(directory.resolve("f.jsonl"))).hasSize(2);
    }

    private interface Keys {
        String of(int number);
    }

    private void replay(Replayer.Entry entry, java.util.function.LongSupplier nanos, int rate, int count, Keys keys)
            throws Exception {
        Path file = directory.resolve("f.jsonl");
        try (var marks = Replayed.open(file)) {
            var replayer = new Replayer(entry, threads, nanos, rate, tally);
            for (int n = 0; n < count; n++) {
                replayer.submit(new Numbered(file, n + 1, letter(keys.of(n), n)), marks);
            }
            replayer.finish();
        }
    }

    private static DeadLetter letter(String key, int number) {
        return new DeadLetter(
                Instant.EPOCH,
                "X",
                "x",
                key,
                Integer.toString(number),
                0,
                "readings",
                "shard",
                null,
                "t",
                1,
                null,
                "bridge",
                "route",
                Map.of(),
                new byte[0]);
    }
}
