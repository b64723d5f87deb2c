package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.time.Patience;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.core.SdkBytes;

/**
 * Promise 4, no record stops a shard, with records that were made to. One bridge and one stream of one shard for all: the shipped filter by content, and a
 * topic made of the partition key. Around each hostile record are good ones of other keys.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileInputIT {

    private static final int CONNECTIONS = 4;
    private static final String GOOD = "{\"temperature\":30,\"n\":%d}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LocalCloud cloud;
    private static Subscriber subscriber;
    private static BridgeProcess bridge;
    private static Map<String, String> settings;
    private static Path directory;
    private static Path home;
    private static BigInteger lastSequenceNumber = BigInteger.ZERO;
    private static int good;

    @BeforeAll
    static void start() throws IOException {
        cloud = LocalCloud.start(CloudOptions.defaults().shards(1));
        subscriber = cloud.subscribe("#");
        directory = Files.createDirectories(cloud.directory().resolve("bridge"));
        home = directory.resolve("home");
        Path root = Path.of("").toAbsolutePath();
        for (String name : List.of("config/application.properties", "config/log4j2.properties")) {
            copy(root.resolve(name), home.resolve(name));
        }
        for (String name : List.of("assume-role", "error-handling", "dead-letter")) {
            copy(root.resolve("routes/" + name + ".camel.yaml"), home.resolve("routes/" + name + ".camel.yaml"));
        }
        copy(root.resolve("examples/filter-by-content.camel.yaml"), home.resolve("routes/kinesis-to-iot.camel.yaml"));
        settings = new HashMap<>(cloud.environment());
        settings.put("IOT_TOPIC", "in/${header.CamelAwsKinesisPartitionKey}");
        settings.put("IOT_CONNECTIONS", Integer.toString(CONNECTIONS));
        settings.put("KINESIS_CHECKPOINT_INTERVAL", "1s");
        bridge = BridgeProcess.start(settings, directory, home);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    @AfterAll
    static void end() {
        cloud.close();
    }

    // An empty body is one that a converter turns into null, and a null one was never settled.
    @Test
    @Order(1)
    void anEmptyRecordIsADeadLetterAndNotAHole() throws Exception {
        hostile("empty", new byte[0]);
        hostile("blank", "  ".getBytes(StandardCharsets.UTF_8));
        assertThat(reasons(around(2))).containsOnly("ROUTE_STEP_FAILED");
        assertThat(letter("empty").get("payload").binaryValue()).isEmpty();
    }

    // Bytes that are no text must come out of the dead letter as they went in, and what passes must not be changed.
    @Test
    @Order(2)
    void bytesThatAreNoTextArriveOrAreKeptAsTheyAre() throws Exception {
        byte[] noText = {(byte) 0xC3, (byte) 0x28, (byte) 0xED, (byte) 0xA0, (byte) 0x80, 0, 0x1B, (byte) 0xFF};
        byte[] inside = "{\"temperature\":30,\"x\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        hostile("no text", noText);
        hostile("latin", inside);
        around(1);
        assertThat(letter("no text").get("payload").binaryValue()).isEqualTo(noText);
        byte[] kept = published("in/latin").map(ReceivedMessage::payload).orElseGet(() -> payload("latin"));
        assertThat(kept).isEqualTo(inside);
    }

    // Kinesis takes far more than MQTT: one such record filled the window's share or ended the connection it was sent
    // on.
    @Test
    @Order(3)
    void aRecordOfAMebibyteIsADeadLetterOfItsSize() throws Exception {
        byte[] large =
                ("{\"temperature\":30,\"x\":\"" + "x".repeat((1 << 20) - 400) + "\"}").getBytes(StandardCharsets.UTF_8);
        hostile("large", large);
        assertThat(reasons(around(1))).containsExactly("PAYLOAD_TOO_LARGE");
        assertThat(payload("large")).isEqualTo(large);
    }

    // A wildcard or a NUL in a published topic ends the connection for everybody's messages; a slash makes another
    // level.
    @Test
    @Order(4)
    void wildcardsSlashesAndReservedNamesInKeysCostOnlyTheirOwnRecord() throws Exception {
        for (String key : List.of("a+b", "#", "nul\u0000nul", "1/2/3/4/5/6/7/8/9", "half\uFFFF")) {
            hostile(key, GOOD.formatted(0).getBytes(StandardCharsets.UTF_8));
        }
        for (String key : List.of("$aws/things/x/shadow/update", "/", "a//b", "..", "${header.KinesisAttempt}")) {
            hostile(key, GOOD.formatted(0).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(reasons(around(5))).containsOnly("TOPIC_INVALID", "TOPIC_TOO_DEEP");
        // What is in a key is never taken for an expression.
        assertThat(published("in/${header.KinesisAttempt}")).isPresent();
        assertThat(published("in//")).isPresent();
    }

    // Keys are the devices' to choose, and are quoted in sentences: a line of the log must be the bridge's own.
    @Test
    @Order(5)
    void lineEndsAndEscapeSequencesInKeysForgeNoLineAndNoHeader() throws Exception {
        await().until(() -> cloud.iot().live().size() == CONNECTIONS);
        int connections = cloud.iot().accepted().size();
        for (String key : List.of(
                "x\r\n2026-01-01T00:00:00.000Z ERROR Forged - line",
                "x\r\nCamelPahoMqtt5OverrideQos: 2",
                "\u001B[2J\u001B]0;title\u0007",
                "\u009B31m",
                "\u202Egnitirw",
                "\u2028\u0085",
                "}%n${jndi:ldap://127.0.0.1:1/x}")) {
            hostile(key, GOOD.formatted(0).getBytes(StandardCharsets.UTF_8));
        }
        around(3);
        // What looks like a header, or like a line, in a key is neither: it is in the text of a value at most.
        assertThat(letters()).allSatisfy(letter -> assertThat(
                        letter.path("headers").propertyStream().map(Map.Entry::getKey))
                .noneMatch(name -> name.contains("Qos") || name.contains("Forged") || name.contains("\n")));
        assertThat(subscriber.messages()).allSatisfy(message -> assertThat(message.userProperties())
                .extracting(Map.Entry::getKey)
                .isSubsetOf("partition-key", "sequence-number", "shard", "arrival-time"));
        assertThat(cloud.iot().accepted()).as("no connection was ended for it").hasSize(connections);
    }

    // The longest keys there are make topics that are too long, in bytes or not at all.
    @Test
    @Order(6)
    void theLongestKeysArePublishedOrADeadLetterOfTheirLength() throws Exception {
        String wide = "\uD83D\uDE00".repeat(256);
        hostile("k".repeat(256), GOOD.formatted(0).getBytes(StandardCharsets.UTF_8));
        boolean taken = hostile(wide, GOOD.formatted(0).getBytes(StandardCharsets.UTF_8))
                || hostile("\uD83D\uDE00".repeat(128), GOOD.formatted(0).getBytes(StandardCharsets.UTF_8));
        assertThat(taken).isTrue();
        assertThat(reasons(around(2))).containsOnly("TOPIC_TOO_LONG");
    }

    // Half a surrogate pair has no UTF-8: a letter that could not be written was a record that was tried for ever.
    @Test
    @Order(7)
    void halfASurrogatePairInAKeyEndsAsAnyOther() throws Exception {
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + cloud.kinesisEmulator().port()))
                                .header("Content-Type", "application/x-amz-json-1.1")
                                .header("X-Amz-Target", "Kinesis_20131202.PutRecord")
                                .header(
                                        "Authorization",
                                        "AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/kinesis/aws4_request, SignedHeaders=host, Signature=0")
                                .header("X-Amz-Date", "20260101T000000Z")
                                .timeout(Duration.ofSeconds(10))
                                .POST(HttpRequest.BodyPublishers.ofString("{\"StreamName\":\"" + cloud.stream()
                                        + "\",\"PartitionKey\":\"half-\\ud800\",\"Data\":\""
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        GOOD.formatted(0).getBytes(StandardCharsets.UTF_8))
                                        + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        around(0);
        await().untilAsserted(() -> assertThat(subscriber.messages().stream()
                                .filter(message -> message.topic().startsWith("in/half-"))
                                .count()
                        + letters().stream()
                                .filter(letter ->
                                        letter.get("partitionKey").asText().startsWith("half-"))
                                .count())
                .isEqualTo(1));
    }

    // A few bytes that cost a parser minutes or its stack, or that it reports as a fault of the connection, stop all
    // devices.
    @Test
    @Order(8)
    void jsonMadeToBreakParsersIsDroppedOrADeadLetter() throws Exception {
        String deep = "[".repeat(100_000);
        String digits = "1".repeat(1_000_000);
        hostile("deep", ("{\"temperature\":" + deep + "]".repeat(100_000) + "}").getBytes(StandardCharsets.UTF_8));
        hostile("open", deep.getBytes(StandardCharsets.UTF_8));
        hostile("exponent", "{\"temperature\":1e999999999}".getBytes(StandardCharsets.UTF_8));
        hostile("digits", ("{\"temperature\":" + digits + "}").getBytes(StandardCharsets.UTF_8));
        hostile("fraction", ("{\"temperature\":0." + digits + "}").getBytes(StandardCharsets.UTF_8));
        hostile("string", ("\"" + "x".repeat(1_000_000) + "\"").getBytes(StandardCharsets.UTF_8));
        hostile("quoted", ("{\"temperature\":\"" + digits + "\"}").getBytes(StandardCharsets.UTF_8));
        hostile("negative", "{\"temperature\":1e-999999999}".getBytes(StandardCharsets.UTF_8));
        assertThat(reasons(around(6))).containsOnly("ROUTE_STEP_FAILED");
    }

    // The sum of all: the checkpoint is past every one of them, and nobody's terminal or log was reached.
    @Test
    @Order(9)
    void theCheckpointPassesAllOfThemAndNothingRawIsWritten() throws Exception {
        await().untilAsserted(() -> assertThat(checkpoint()).isGreaterThanOrEqualTo(lastSequenceNumber));
        assertThat(bridge.ready()).isTrue();
        assertThat(bridge.stop()).contains(143);
        assertHarmless(bridge.log(), true);

        List<String> files = letterFiles().stream().map(Path::toString).toList();
        List<String> dryRun = new ArrayList<>(List.of("--dry-run"));
        dryRun.addAll(files);
        try (var replay = BridgeProcess.replay(settings, directory, dryRun.toArray(String[]::new))) {
            assertThat(replay.awaitExit(Patience.LONG)).contains(0);
            assertHarmless(replay.log(), false);
            assertThat(replay.log().lines().filter(line -> !line.startsWith("process ")))
                    .hasSize(letters().size());
        }
        try (var replay = BridgeProcess.replay(settings, directory, files.toArray(String[]::new))) {
            assertThat(replay.awaitExit(Patience.LONG)).contains(1);
            assertHarmless(replay.log(), true);
        }
    }

    private static void assertHarmless(String text, boolean log) {
        assertThat(text.codePoints().filter(c -> c != '\n' && c != '\t'))
                .as("control characters in %s", text)
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.LINE_SEPARATOR);
        assertThat(text.lines().filter(line -> line.matches("(2026-01-01|CamelPaho).*")))
                .as("forged")
                .isEmpty();
        if (log) {
            assertThat(text.lines()).noneMatch(line -> line.length() > 5_000);
        }
    }

    /** Puts it between two good records; false when the stream does not take it. */
    private static boolean hostile(String key, byte[] data) {
        good();
        try {
            put(key, data);
            return true;
        } catch (software.amazon.awssdk.services.kinesis.model.KinesisException refused) {
            System.out.println("Kinesis refuses a key of " + key.length() + ": "
                    + refused.awsErrorDetails()
                            .errorMessage()
                            .lines()
                            .findFirst()
                            .orElse(""));
            return false;
        } finally {
            good();
        }
    }

    private static void good() {
        put("good-" + good % 7, GOOD.formatted(good++).getBytes(StandardCharsets.UTF_8));
    }

    private static void put(String key, byte[] data) {
        String number = cloud.kinesis()
                .putRecord(request ->
                        request.streamName(cloud.stream()).partitionKey(key).data(SdkBytes.fromByteArray(data)))
                .sequenceNumber();
        lastSequenceNumber = lastSequenceNumber.max(new BigInteger(number));
    }

    private static Set<String> known = Set.of();

    /** Until all good records are published and there are at least so many new dead letters, which are given back. */
    private static List<JsonNode> around(int letters) throws IOException {
        await().untilAsserted(() -> {
            bridge.check();
            assertThat(goodPublished()).as("good records published").isEqualTo(good);
            assertThat(letters().size() - known.size()).as("new dead letters").isGreaterThanOrEqualTo(letters);
        });
        List<JsonNode> fresh = letters().stream()
                .filter(letter -> !known.contains(letter.get("sequenceNumber").asText()))
                .toList();
        known = letters().stream()
                .map(letter -> letter.get("sequenceNumber").asText())
                .collect(Collectors.toSet());
        fresh.forEach(letter -> System.out.println(letter.get("reason").asText() + " of a key of "
                + letter.get("partitionKey").asText().length()));
        return fresh;
    }

    private static long goodPublished() {
        return subscriber.messages().stream()
                .filter(message -> message.topic().startsWith("in/good-"))
                .map(ReceivedMessage::text)
                .distinct()
                .count();
    }

    private static List<String> reasons(List<JsonNode> letters) {
        return letters.stream().map(letter -> letter.get("reason").asText()).toList();
    }

    private static JsonNode letter(String key) throws IOException {
        return letters().stream()
                .filter(letter -> letter.get("partitionKey").asText().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] payload(String key) {
        try {
            return letter(key).get("payload").binaryValue();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static java.util.Optional<ReceivedMessage> published(String topic) {
        return subscriber.messages().stream()
                .filter(message -> message.topic().equals(topic))
                .findFirst();
    }

    /** One a day, so two if midnight UTC has passed. */
    private static List<Path> letterFiles() throws IOException {
        if (!Files.isDirectory(directory.resolve("dead-letter"))) {
            return List.of();
        }
        try (var files = Files.list(directory.resolve("dead-letter"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    private static List<JsonNode> letters() throws IOException {
        List<JsonNode> letters = new ArrayList<>();
        for (Path file : letterFiles()) {
            String lines = Files.readString(file);
            // The last line may be in the middle of being written.
            for (String line :
                    lines.substring(0, lines.lastIndexOf('\n') + 1).lines().toList()) {
                letters.add(JSON.readTree(line));
            }
        }
        return letters;
    }

    private static BigInteger checkpoint() {
        return cloud.dynamoDb().scan(request -> request.tableName(cloud.stream() + "-iot-bridge")).items().stream()
                .filter(item -> item.get("leaseKey").s().startsWith("shardId-"))
                .map(item -> item.get("checkpoint").s())
                .filter(text -> text.matches("\\d+"))
                .map(BigInteger::new)
                .findFirst()
                .orElse(BigInteger.ZERO);
    }
}
