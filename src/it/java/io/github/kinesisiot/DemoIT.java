package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bridge demo}: the README's first command, as it is typed, in a folder with a blank in its name. */
@Tag("alone")
class DemoIT {
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration END = Duration.ofSeconds(90);
    private static final Pattern PAGE = Pattern.compile("Its page is (http://127\\.0\\.0\\.1:\\d+/)");
    private static final Pattern COUNT =
            Pattern.compile("(?m)^(records put|messages received|missing|doubled|" + "out of order) +([\\d,]+)");

    @TempDir
    Path directory;

    @AfterEach
    void deleteLinks() throws IOException {
        Checkout.deleteLinks(directory);
    }

    private final Map<Long, ProcessHandle> seen = new HashMap<>();

    // The first impression: one that ends with an error, or leaves a broker and two emulators running, is the last one.
    @Test
    void itShowsEveryRecordArrivingOnceEndsByItselfAndLeavesNothingBehind() throws Exception {
        var checkout = Checkout.built(directory);
        Path out = checkout.beside().resolve("demo.out");
        Process demo = start(checkout, out, "8");
        try {
            URI page = awaitPage(demo, out);
            // The demo's page, not a picture of it: it answers as soon as the bridge is up.
            await().atMost(START).until(() -> {
                look(demo);
                return !demo.isAlive() || answer(page).equals(Optional.of(200));
            });
            assertThat(demo.isAlive()).as(Files.readString(out)).isTrue();
            await().atMost(END).until(() -> {
                look(demo);
                return !demo.isAlive();
            });
            String said = Files.readString(out);
            assertThat(demo.exitValue()).as(said).isZero();
            Map<String, Long> counts = counts(said);
            assertThat(counts.get("records put")).as(said).isGreaterThan(100);
            assertThat(counts)
                    .containsEntry("messages received", counts.get("records put"))
                    .containsEntry("missing", 0L)
                    .containsEntry("doubled", 0L)
                    .containsEntry("out of order", 0L);
            assertThat(said)
                    .contains("stopped with code 143", "Every record arrived exactly once and in order.")
                    .doesNotContain("NOT EQUAL", "\tat ");
        } finally {
            demo.destroyForcibly();
        }
        assertNothingLeft();
    }

    // Ctrl-C is how a demo ends in most cases.
    @Test
    @Tag("long")
    void endedInTheMiddleItLeavesNothingBehindEither() throws Exception {
        var checkout = Checkout.built(directory);
        Path out = checkout.beside().resolve("demo.out");
        Process demo = start(checkout, out, "600");
        try {
            awaitPage(demo, out);
            await().atMost(START).until(() -> {
                look(demo);
                return !demo.isAlive() || Files.readString(out).contains("Ready after");
            });
            look(demo);
            demo.destroy();
            await().atMost(END).until(() -> !demo.isAlive());
            assertThat(demo.exitValue()).as(Files.readString(out)).isEqualTo(143);
            assertThat(Files.readString(out))
                    .contains("Ending the bridge and the local cloud ...")
                    .doesNotContain("The demo has failed", "\tat ");
        } finally {
            demo.destroyForcibly();
        }
        assertNothingLeft();
    }

    private static Process start(Checkout checkout, Path out, String seconds) throws Exception {
        return checkout.start(
                out,
                checkout.beside().resolve("demo.err"),
                checkout.beside(),
                Map.of(),
                List.of(checkout.script().toString(), "demo", "--seconds", seconds));
    }

    private URI awaitPage(Process demo, Path out) throws Exception {
        await().atMost(START).until(() -> {
            look(demo);
            return !demo.isAlive() || PAGE.matcher(Files.readString(out)).find();
        });
        Matcher page = PAGE.matcher(Files.readString(out));
        assertThat(page.find()).as(Files.readString(out)).isTrue();
        return URI.create(page.group(1));
    }

    /** All that it has started so far, by number; a child whose parent has gone is no longer found below it. */
    private void look(Process demo) {
        demo.descendants().forEach(handle -> seen.put(handle.pid(), handle));
    }

    private void assertNothingLeft() {
        assertThat(seen).as("a bridge, a broker and two emulators at least").hasSizeGreaterThanOrEqualTo(4);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(seen.values())
                .filteredOn(ProcessHandle::isAlive)
                .extracting(handle -> handle.info().commandLine())
                .isEmpty());
    }

    private static Optional<Integer> answer(URI page) {
        HttpRequest request =
                HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(2)).build();
        // The address that is shown leads to the page.
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()
                .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) -> Optional.ofNullable(answer).map(HttpResponse::statusCode))
                .join();
    }

    private static Map<String, Long> counts(String said) {
        Map<String, Long> counts = new HashMap<>();
        COUNT.matcher(said)
                .results()
                .forEach(line ->
                        counts.put(line.group(1), Long.valueOf(line.group(2).replace(",", ""))));
        return counts;
    }
}
