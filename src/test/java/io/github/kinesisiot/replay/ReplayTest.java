package io.github.kinesisiot.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.BridgeForTests;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code replay} says before it connects to anything. */
class ReplayTest {

    @TempDir
    Path directory;

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "KINESIS_STREAM", "readings",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
            "IOT_ENDPOINT", "127.0.0.1:9",
            "IOT_REGION", "eu-west-1",
            "AWS_REGION", "eu-west-1"));
    private String file;
    private String out;
    private String err;

    @BeforeEach
    void threeLetters() throws Exception {
        file = Files.writeString(
                        directory.resolve("2026-11-22.jsonl"),
                        letter("NOT_AUTHORIZED", "forbidden/1", 1)
                                + letter("NOT_AUTHORIZED", "forbidden/2", 2)
                                + letter("TOPIC_TOO_DEEP", "a/b/c", 3))
                .toString();
    }

    // A mistyped option must not publish anything.
    @Test
    void argumentsThatCannotBeUsedAreRefused() {
        assertThat(run("--rate", "many", file)).isEqualTo(2);
        assertThat(err).contains("--rate: 'many'", "usage: bridge replay");
        assertThat(run()).isEqualTo(2);
        assertThat(err).contains("no file is given");
        assertThat(run(directory.resolve("no-such-file.jsonl").toString())).isEqualTo(2);
        assertThat(err).contains("is no file that can be read");
        assertThat(out).isEmpty();
    }

    // With half of its settings it would take the bridge's own connections for its own.
    @Test
    void settingsThatCannotBeUsedAreRefused() {
        settings.remove("IOT_ENDPOINT");
        assertThat(run(file)).isEqualTo(2);
        assertThat(err).contains("nothing was replayed", "iot.endpoint").doesNotContain("\tat ");
    }

    // What is listed is what would be published; a list of all of them hides the ones that were asked for.
    @Test
    void aDryRunListsWhatReasonAndKeySelectAndNeedsNoSettings() {
        settings.clear();
        assertThat(run("--dry-run", "--reason", "NOT_AUTHORIZED", file)).isZero();
        assertThat(out.lines()).hasSize(2).first().asString().contains(" NOT_AUTHORIZED forbidden/1 ");
        assertThat(run("--dry-run", "--key", "a/b/c", file)).isZero();
        assertThat(out.lines()).singleElement().asString().contains(" TOPIC_TOO_DEEP a/b/c ");
        assertThat(run("--dry-run", "--key", "allowed/1", file)).isZero();
        assertThat(out).isEmpty();
    }

    // The id of the route is the same in every installation: a file from the wrong host would be one customer's records
    // in another's account.
    @Test
    void lettersOfAnotherStreamOrApplicationAreCountedAndLeftUnlessTold() throws Exception {
        Files.writeString(
                Path.of(file),
                letter("X", "ours", 4)
                                .replace(
                                        "\"shardId\"",
                                        "\"stream\":\"readings\",\"bridge\":\"readings-iot-bridge\",\"shardId\"")
                        + letter("X", "theirs/1", 5).replace("\"shardId\"", "\"stream\":\"others\",\"shardId\"")
                        + letter("X", "theirs/2", 6)
                                .replace(
                                        "\"shardId\"",
                                        "\"stream\":\"readings\",\"bridge\":\"of-customer-a\",\"shardId\""),
                StandardOpenOption.APPEND);
        assertThat(run("--dry-run", file)).isEqualTo(1);
        assertThat(out.lines()).hasSize(4);
        assertThat(out).contains(" ours ").doesNotContain("theirs");
        assertThat(err.lines())
                .singleElement()
                .asString()
                .contains(
                        "2 letters are of another stream or application",
                        "stream readings, application readings-iot-bridge",
                        file + ":5 is of stream others",
                        "--foreign");
        assertThat(run("--dry-run", "--foreign", file)).isZero();
        assertThat(out.lines()).hasSize(5 + 1);
        assertThat(err).isEmpty();
    }

    // A script that asks before it publishes went on with half a file.
    @Test
    void aDryRunOfAFileWithABrokenLineEndsAsTheReplayWould() throws Exception {
        Files.writeString(Path.of(file), "{\"payload\":\n", StandardOpenOption.APPEND);
        assertThat(run("--dry-run", file)).isEqualTo(1);
        assertThat(out.lines()).hasSize(3);
        assertThat(err).contains(file + ":4: skipped");
    }

    private int run(String... arguments) {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        int exitCode = new Replay(
                        Path.of(""),
                        settings,
                        BridgeForTests::main,
                        new PrintStream(stdout, true, StandardCharsets.UTF_8),
                        new PrintStream(stderr, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
        out = stdout.toString(StandardCharsets.UTF_8);
        err = stderr.toString(StandardCharsets.UTF_8);
        return exitCode;
    }

    private static String letter(String reason, String key, int number) {
        return ("{\"storedAt\":\"2026-11-22T10:00:00Z\",\"reason\":\"%s\",\"partitionKey\":\"%s\","
                        + "\"sequenceNumber\":\"%d\",\"shardId\":\"shardId-0\",\"routeId\":\"kinesis-to-iot\",\"payload\":\"AA==\"}\n")
                .formatted(reason, key, number);
    }
}
