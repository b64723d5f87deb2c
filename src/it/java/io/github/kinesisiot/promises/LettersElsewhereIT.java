package io.github.kinesisiot.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.ServiceCall;
import io.github.kinesisiot.cloud.Stores;
import io.github.kinesisiot.time.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * The examples that send dead letters elsewhere, each in a bridge of its own with the jars that docs/operations.md names, against servers that
 * speak the services' protocols. The three beside each other: each waits half a minute for its shard to be blocked.
 */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class LettersElsewhereIT {

    private static final Duration LONG_ENOUGH = Patience.LONG;
    private static final String TOO_DEEP = "a/b/c/d/e/f/g/h/i/j";

    private static LocalCloud cloud;
    private static Stores stores;

    @TempDir
    Path home;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start(CloudOptions.defaults().shards(1));
        stores = Stores.start(cloud);
    }

    @AfterAll
    static void endCloud() {
        stores.close();
        cloud.close();
    }

    // What the folder components/ lacks, a mock of the queue does not miss.
    @Test
    void sqsGetsTheWholeLetterOnceItIsThereAgain() throws Exception {
        var sqs = stores.sqsFront();
        sqs.forgetCalls();
        var lines = stored("sqs", Map.of("LETTERS_QUEUE_URL", stores.queueUrl()), new Away() {
            @Override
            public void begin() {
                sqs.down();
            }

            @Override
            public void end() {
                sqs.up();
            }

            @Override
            public List<String> letters() {
                return stores.messages();
            }
        });
        assertThat(operations(sqs.calls())).as("allowed by the documents").containsExactly("SendMessage");
        publishedAgain("sqs", lines);
    }

    // S3's checksums and chunked bodies are what a mock of the bucket does not have.
    @Test
    void s3GetsTheWholeLetterOnceItIsThereAgain() throws Exception {
        var s3 = stores.s3Front();
        s3.forgetCalls();
        var lines = stored("s3", Map.of("LETTERS_BUCKET", Stores.NAME), new Away() {
            @Override
            public void begin() {
                s3.down();
            }

            @Override
            public void end() {
                s3.up();
            }

            @Override
            public List<String> letters() {
                return stores.objects();
            }
        });
        assertThat(stores.keys())
                .singleElement()
                .asString()
                .matches("dead-letter/readings-s3-iot-bridge/shardId-000000000000/\\d+-000000\\.jsonl");
        assertThat(operations(s3.calls()))
                .as("allowed by the documents: s3:ListBucket and s3:PutObject")
                .allMatch(call -> call.matches("HEAD /letters/?") || call.startsWith("PUT /letters/dead-letter/"));
        publishedAgain("s3", lines);
    }

    // Another stream behind the component that the source is of as well.
    @Test
    void anotherStreamGetsTheWholeLetterOnceItIsThere() throws Exception {
        var lines = stored("kinesis", Map.of("LETTERS_STREAM", "letters"), new Away() {
            private boolean there;

            @Override
            public void begin() {
                // Not made yet.
            }

            @Override
            public void end() {
                cloud.createStream("letters", 1);
                there = true;
            }

            @Override
            public List<String> letters() {
                return there ? records("letters") : List.of();
            }
        });
        publishedAgain("kinesis", lines);
    }

    /** A store that is away for a while. */
    private interface Away {
        void begin();

        void end();

        List<String> letters();
    }

    /** @return the letters, as the store gave them back */
    private List<String> stored(String service, Map<String, String> place, Away store) throws Exception {
        home(service);
        String stream = "readings-" + service;
        cloud.createStream(stream, 1);
        var subscriber = cloud.subscribe(service + "/#");
        var settings = settings(service, stream, service + "/${header.CamelAwsKinesisPartitionKey}");
        settings.putAll(place);
        try (var bridge = BridgeProcess.start(settings, home, home)) {
            await().atMost(LONG_ENOUGH).until(() -> {
                bridge.check();
                return bridge.ready();
            });
            store.begin();
            put(stream, TOO_DEEP, everyByte());
            put(stream, "fine", new byte[] {1});
            await().atMost(LONG_ENOUGH).until(() -> subscriber.count() == 1);
            await().atMost(LONG_ENOUGH).until(() -> bridge.answer("/observe/health/ready")
                    .filter(answer -> answer.status() == 503)
                    .isPresent());
            assertThat(store.letters()).isEmpty();
            assertThat(lines(bridge, "record-retried")).as("once a minute").hasSizeBetween(1, 2);
            assertThat(bridge.log())
                    .as("a line or a stack trace for each try")
                    .doesNotContain("FatalFallbackErrorHandler", "\tat ", "dead-letter-stored");
            store.end();
            await().atMost(LONG_ENOUGH).until(() -> !store.letters().isEmpty());
            await().atMost(LONG_ENOUGH).until(bridge::ready);
            assertThat(lines(bridge, "dead-letter-stored")).hasSize(1);
            assertThat(bridge.stop()).contains(143);
        }
        assertThat(home.resolve("dead-letter")).doesNotExist();
        List<String> letters = store.letters();
        assertThat(letters).singleElement().satisfies(text -> {
            var letter = new ObjectMapper().readTree(text);
            assertThat(letter.get("payload").binaryValue()).isEqualTo(everyByte());
            assertThat(letter.get("partitionKey").asText()).isEqualTo(TOO_DEEP);
            assertThat(letter.get("stream").asText()).isEqualTo(stream);
            assertThat(letter.get("routeId").asText()).isEqualTo("kinesis-to-iot");
        });
        return letters;
    }

    private void publishedAgain(String service, List<String> letters) throws Exception {
        // As the documents' commands write it.
        Path file = Files.writeString(home.resolve("letters.jsonl"), String.join("\n", letters));
        var subscriber = cloud.subscribe("again-" + service);
        try (var replay = BridgeProcess.replay(
                settings(service, "readings-" + service, "again-" + service), home, file.toString())) {
            assertThat(replay.awaitExit(LONG_ENOUGH)).as(replay::log).contains(0);
        }
        await().atMost(LONG_ENOUGH).until(() -> subscriber.count() == 1);
        assertThat(subscriber.messages()).extracting(ReceivedMessage::payload).containsExactly(everyByte());
    }

    private static Map<String, String> settings(String service, String stream, String topic) {
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.putAll(stores.environment());
        settings.put("KINESIS_STREAM", stream);
        settings.put("IOT_CLIENT_ID", "bridge-" + service);
        settings.put("IOT_CONNECTIONS", "2");
        settings.put("IOT_TOPIC", topic);
        return settings;
    }

    /** As a user lays it out: the example in the place of the shipped route, and in components/ what the documents name. */
    private void home(String service) throws IOException {
        for (String folder : List.of("config", "routes")) {
            Path to = Files.createDirectory(home.resolve(folder));
            try (var files = Files.list(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, to.resolve(file.getFileName().toString()));
                }
            }
        }
        Path route = home.resolve("routes/dead-letter.camel.yaml");
        Files.delete(route);
        Files.copy(Path.of("examples/dead-letter-to-" + service + ".camel.yaml"), route);
        Path components = Files.createDirectory(home.resolve("components"));
        for (String jar : jars(service)) {
            Path file = classPath(jar);
            assertThat(Path.of("target/lib").resolve(jar))
                    .as("brought along anyway")
                    .doesNotExist();
            Files.copy(file, components.resolve(jar));
        }
    }

    /** From the line of docs/operations.md that names the service's component. */
    private static List<String> jars(String service) throws IOException {
        Predicate<String> ofService = line -> line.contains(":camel-aws2-" + service + ":");
        List<String> jars = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs/operations.md"))) {
            if (line.startsWith("jars=") && ofService.test(line)) {
                Pattern.compile("[\\w.]+:([\\w.-]+):([\\d.]+)")
                        .matcher(line)
                        .results()
                        .forEach(found -> jars.add(found.group(1) + "-" + found.group(2) + ".jar"));
            }
        }
        assertThat(jars.isEmpty()).as("nothing to add").isEqualTo(service.equals("kinesis"));
        return jars;
    }

    private static Path classPath(String jar) throws IOException {
        for (String entry :
                Files.readString(Path.of("target/test.classpath")).strip().split(File.pathSeparator)) {
            if (entry.endsWith(File.separator + jar)) {
                return Path.of(entry);
            }
        }
        throw new AssertionError("docs/operations.md names " + jar + ", which is not the version that is built with");
    }

    private static Set<String> operations(Set<ServiceCall> calls) {
        return calls.stream().map(ServiceCall::operation).collect(Collectors.toSet());
    }

    private static List<String> lines(BridgeProcess bridge, String event) {
        return bridge.log()
                .lines()
                .filter(line -> line.contains(" " + event + " "))
                .toList();
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int n = 0; n < bytes.length; n++) {
            bytes[n] = (byte) n;
        }
        return bytes;
    }

    private static void put(String stream, String key, byte[] data) {
        cloud.kinesis()
                .putRecord(
                        request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromByteArray(data)));
    }

    private static List<String> records(String stream) {
        String iterator = cloud.kinesis()
                .getShardIterator(request -> request.streamName(stream)
                        .shardId("shardId-000000000000")
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        return cloud.kinesis().getRecords(request -> request.shardIterator(iterator)).records().stream()
                .map(Record::data)
                .map(SdkBytes::asUtf8String)
                .toList();
    }
}
