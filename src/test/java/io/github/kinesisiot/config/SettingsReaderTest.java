package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final Properties systemProperties = new Properties();
    private String file = "";
    private Optional<String> regionOfTheChain = Optional.of("eu-west-1");

    private final Machine machine = new Machine() {
        @Override
        public String hostName() {
            return "host-1";
        }

        @Override
        public Optional<String> region() {
            return regionOfTheChain;
        }
    };

    @BeforeEach
    void requiredKeys() {
        environment.put("KINESIS_STREAM", "readings");
        environment.put("EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge");
        environment.put("IOT_ENDPOINT", "abc123-ats.iot.eu-west-1.amazonaws.com");
    }

    // A default that changes unseen changes what every running bridge does at its next start.
    @Test
    void theDefaultsAreThoseOfTheReference() throws Exception {
        Settings settings = read();
        assertThat(settings.placeholders())
                .containsEntry("kinesis.application", "readings-iot-bridge")
                .containsEntry("kinesis.start", "TRIM_HORIZON")
                .containsEntry("kinesis.retrieval", "polling")
                .containsEntry("kinesis.max-in-flight", "1000")
                .containsEntry("kinesis.checkpoint-interval", "5s")
                .containsEntry("kinesis.failover-time", "10s")
                .containsEntry("iot.topic", "kinesis/${header.CamelAwsKinesisPartitionKey}")
                .containsEntry("iot.qos", "1")
                .containsEntry("iot.retain", "false")
                .containsEntry("iot.client-id", "kinesis-iot-bridge-host-1")
                .containsEntry("iot.connections", "10")
                .containsEntry("iot.publish-rate", "100")
                .containsEntry("iot.bytes-per-second", "524288")
                .containsEntry("iot.max-in-flight", "100")
                .containsEntry("iot.max-payload", "131072")
                .containsEntry("iot.publish-timeout", "30s")
                .containsEntry("iot.topic-aliases", "64")
                .containsEntry("iot.user-properties", "partition-key,sequence-number,shard,arrival-time")
                .containsEntry("dead-letter.directory", "dead-letter")
                .containsEntry("camel.management.port", "9876")
                .containsEntry("kinesis.region", "eu-west-1")
                .doesNotContainKeys("iot.region", "iot.ca-file", "external.role.external-id");
        assertThat(settings.limits().maxAttempts()).isEmpty();
        assertThat(settings.limits().maxRecordAge()).isEmpty();
        assertThat(settings.role().sessionName()).isEqualTo("kinesis-iot-bridge-host-1");
        assertThat(settings.role().sessionDuration()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.role().account()).isEqualTo("222222222222");
    }

    // The first lines of the log, and the refusal of all else, would come in the wrong format.
    @Test
    void oneKeyCanBeLookedAtBeforeAllAreChecked() throws Exception {
        environment.clear();
        file += "log.format = json \nkinesis.start=nonsense\n";
        Path path = Files.writeString(directory.resolve("application.properties"), file);
        assertThat(SettingsReader.peek(Key.LOG_FORMAT, path, environment, systemProperties))
                .contains("json");
        environment.put("LOG_FORMAT", "plain");
        assertThat(SettingsReader.peek(Key.LOG_FORMAT, path, environment, systemProperties))
                .contains("plain");
        assertThat(SettingsReader.peek(Key.LOG_FORMAT, directory.resolve("none"), Map.of(), systemProperties))
                .contains("plain");
    }

    // A key that is parsed and forgotten is an option that is ignored.
    @Test
    void everyKeyCanBeSetInTheFile() throws Exception {
        environment.clear();
        Path pem = Files.writeString(directory.resolve("ca.pem"), "pem");
        Map<Key, String> given = new java.util.EnumMap<>(Key.class);
        given.put(Key.KINESIS_STREAM, "other");
        given.put(Key.KINESIS_REGION, "eu-central-1");
        given.put(Key.KINESIS_APPLICATION, "my-table");
        given.put(Key.KINESIS_START, "2026-01-01T00:00:00Z");
        given.put(Key.KINESIS_RETRIEVAL, "fan-out");
        given.put(Key.KINESIS_MAX_IN_FLIGHT, "7");
        given.put(Key.KINESIS_CHECKPOINT_INTERVAL, "900ms");
        given.put(Key.KINESIS_FAILOVER_TIME, "3s");
        given.put(Key.MAX_ATTEMPTS, "4");
        given.put(Key.MAX_RECORD_AGE, "2h");
        given.put(Key.ROLE_ARN, "arn:aws:iam::333333333333:role/path/to/role");
        given.put(Key.ROLE_EXTERNAL_ID, "ext-1");
        given.put(Key.ROLE_SESSION_NAME, "me");
        given.put(Key.ROLE_SESSION_DURATION, "15m");
        given.put(Key.ROLE_SOURCE_IDENTITY, "alice");
        given.put(Key.ROLE_TAGS, "team*=iot,stage=test");
        given.put(Key.ROLE_POLICY, "{}");
        given.put(Key.ROLE_POLICY_ARNS, "arn:aws:iam::333333333333:policy/a,b, arn:aws:iam::aws:policy/path/c");
        given.put(Key.IOT_ENDPOINT, "localhost:8443");
        given.put(Key.IOT_REGION, "us-east-1");
        given.put(Key.IOT_TOPIC, "a/${header.b}");
        given.put(Key.IOT_QOS, "0");
        given.put(Key.IOT_RETAIN, "true");
        given.put(Key.IOT_CLIENT_ID, "client");
        given.put(Key.IOT_CONNECTIONS, "3");
        given.put(Key.IOT_PUBLISH_RATE, "0");
        given.put(Key.IOT_BYTES_PER_SECOND, "0");
        given.put(Key.IOT_MAX_IN_FLIGHT, "32767");
        given.put(Key.IOT_MAX_PAYLOAD, "262144");
        given.put(Key.IOT_PUBLISH_TIMEOUT, "5s");
        given.put(Key.IOT_TOPIC_ALIASES, "0");
        given.put(Key.IOT_USER_PROPERTIES, "shard, arrival-time");
        given.put(Key.IOT_CONTENT_TYPE, "application/json; charset=utf-8");
        given.put(Key.IOT_PAYLOAD_FORMAT, "utf-8");
        given.put(Key.IOT_MESSAGE_EXPIRY, "7d");
        given.put(Key.IOT_CA_FILE, pem.toString());
        given.put(Key.DEAD_LETTER_DIRECTORY, "dl");
        given.put(Key.LOG_FORMAT, "json");
        given.put(Key.TRACING_ENABLED, "true");
        given.put(Key.MANAGEMENT_PORT, "0");
        assertThat(given).as("a new key needs a line here").containsOnlyKeys(Key.values());
        given.forEach((key, value) -> file += key.property() + "=" + value + "\n");

        Settings settings = read();

        given.forEach((key, value) -> assertThat(settings.get(key)).contains(value));
        assertThat(settings.role().tags().orElseThrow().transitiveKeys()).containsExactly("team");
        assertThat(settings.role().policyArns())
                .containsExactly("arn:aws:iam::333333333333:policy/a,b", "arn:aws:iam::aws:policy/path/c");
        assertThat(settings.limits().maxAttempts()).contains(4);
        assertThat(settings.limits().maxRecordAge()).contains(Duration.ofHours(2));
    }

    // Containers are configured by environment; a value left in the image's file must not win.
    @Test
    void theEnvironmentWinsOverTheFileAndSystemPropertiesOverBoth() throws Exception {
        file = "iot.topic=from/file\niot.qos=0\niot.connections=2\n";
        environment.put("IOT_QOS", "1");
        environment.put("IOT_CONNECTIONS", "3");
        systemProperties.put("iot.connections", "4");
        assertThat(read().placeholders())
                .containsEntry("iot.topic", "from/file")
                .containsEntry("iot.qos", "1")
                .containsEntry("iot.connections", "4");
    }

    // One problem per start means one failed deployment per problem.
    @Test
    void allProblemsAreReportedAtOnceByKey() {
        environment.clear();
        file =
                "kinesis.steam=x\nkinesis.max-in-flight=none\nexternal.role.arn=bridge\niot.endpoint=https://host\nmax-attempts=0\n";
        List<Problem> problems = refused();
        assertThat(problems)
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "kinesis.steam",
                        "kinesis.stream",
                        "kinesis.max-in-flight",
                        "external.role.arn",
                        "iot.endpoint",
                        "max-attempts");
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.where()).isNotBlank();
            assertThat(problem.wrong()).isNotBlank();
            assertThat(problem.expected()).isNotBlank();
        });
    }

    // Camel ignores a misspelled application key without a word.
    @Test
    void aMisspelledKeyIsRefusedWithTheNearestOne() {
        file = "iot.connection=5\n";
        assertThat(refused()).singleElement().satisfies(problem -> assertThat(problem.expected())
                .startsWith("iot.connections "));
    }

    // A user's own keys for a user's own route are none of our business.
    @Test
    void keysOutsideOurNamespacesAreLeftAlone() throws Exception {
        file = "my.threshold=3\ncamel.main.name=x\n";
        assertThat(read()).isNotNull();
    }

    // An external id that is malformed must not be echoed into a log.
    @Test
    void theExternalIdIsNotShownWhenItIsWrong() {
        environment.put("EXTERNAL_ROLE_EXTERNAL_ID", "not allowed!");
        assertThat(refused().toString()).doesNotContain("not allowed!").contains("EXTERNAL_ROLE_EXTERNAL_ID");
    }

    // A stream in one region read in another is a stream that does not exist.
    @Test
    void aRegionThatContradictsTheStreamsArnIsRefused() {
        environment.put("KINESIS_STREAM", "arn:aws:kinesis:eu-west-1:111111111111:stream/readings");
        environment.put("KINESIS_REGION", "eu-west-2");
        assertThat(refused()).extracting(Problem::key).containsExactly("kinesis.region");
    }

    // An ARN is what people copy from the console: its parts give region and application.
    @Test
    void theStreamsArnGivesRegionAndApplication() throws Exception {
        environment.put("KINESIS_STREAM", "arn:aws:kinesis:eu-west-1:111111111111:stream/readings");
        assertThat(read().placeholders())
                .containsEntry("kinesis.region", "eu-west-1")
                .containsEntry("kinesis.application", "readings-iot-bridge");
    }

    // Without a region Camel's STS component asks the global endpoint, and the SDK fails with a sentence that names no
    // key.
    @Test
    void aRegionThatNobodyKnowsIsReportedByKey() {
        regionOfTheChain = Optional.empty();
        assertThat(refused()).extracting(Problem::key).containsExactly("kinesis.region");
    }

    // Signing for the wrong region is a 403 that names no reason: it has to be known before.
    @Test
    void anEndpointThatTellsNoRegionNeedsOne() {
        environment.put("IOT_ENDPOINT", "iot.example.com:443");
        assertThat(refused()).extracting(Problem::key).containsExactly("iot.region");
    }

    // STS counts policies together; its refusal names neither key nor length.
    @Test
    void policiesThatAreTooManyOrTooLongTogetherAreRefused() {
        String arn = "arn:aws:iam::222222222222:policy/x";
        environment.put("EXTERNAL_ROLE_POLICY_ARNS", String.join(",", java.util.Collections.nCopies(11, arn)));
        assertThat(refused()).extracting(Problem::key).containsExactly("external.role.policy-arns");
        environment.put("EXTERNAL_ROLE_POLICY_ARNS", arn);
        environment.put("EXTERNAL_ROLE_POLICY", "{" + " ".repeat(2020) + "}");
        assertThat(refused()).extracting(Problem::key).containsExactly("external.role.policy-arns");
    }

    // Camel takes a bare number for milliseconds: max-record-age=3600 sent all that was older than 3.6 seconds to the
    // dead
    // letter.
    @ParameterizedTest
    @CsvSource({
        "MAX_RECORD_AGE, 3600, write 3600s or 1h",
        "MAX_RECORD_AGE, 86400, write 86400s or 1d",
        "IOT_MESSAGE_EXPIRY, 90, write 90s",
        "IOT_PUBLISH_TIMEOUT, 30, write 30s",
        "EXTERNAL_ROLE_SESSION_DURATION, 3600, write 3600s or 1h",
        "KINESIS_FAILOVER_TIME, 120, write 120s or 2m",
        "KINESIS_CHECKPOINT_INTERVAL, 500, write 500ms",
        "KINESIS_CHECKPOINT_INTERVAL, 0, 'a duration with its unit, from 100ms to 5m'",
        "MAX_RECORD_AGE, 999999999999999999, 'a duration with its unit, from 1s to 365d'"
    })
    void aDurationWithoutAUnitIsRefusedWithWhatToWrite(String variable, String value, String expected) {
        environment.put(variable, value);
        assertThat(refused()).singleElement().satisfies(problem -> assertThat(problem.expected())
                .endsWith(expected.contains("from") ? ", e.g. 500ms, 30s, 5m, 1h" : expected)
                .contains(expected));
    }

    // A duration that is added later must not fall back to Camel's reading, wherever it is set.
    @Test
    void noKeyThatIsADurationTakesABareNumber() {
        List<Key> durations = Arrays.stream(Key.values())
                .filter(key -> !accepts(key, "nonsense") && (accepts(key, "10s") || accepts(key, "1h")))
                .toList();
        assertThat(durations).contains(Key.MAX_RECORD_AGE, Key.ROLE_SESSION_DURATION, Key.IOT_MESSAGE_EXPIRY);
        durations.forEach(key -> file += key.property() + "=3600\n");
        assertThat(refused()).extracting(Problem::key).containsExactlyElementsOf(properties(durations));
        file = "";
        durations.forEach(key -> systemProperties.put(key.property(), "3600"));
        assertThat(refused()).extracting(Problem::key).containsExactlyElementsOf(properties(durations));
    }

    // docker --env-file passes quotes on: the messages came on a topic that begins with one.
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            KINESIS_STREAM, "readings"
            KINESIS_REGION, 'eu-west-1'
            IOT_TOPIC, "devices/${header.CamelAwsKinesisPartitionKey}"
            IOT_CLIENT_ID, "bridge-1"
            DEAD_LETTER_DIRECTORY, "dead-letter"
            IOT_RETAIN, 'true'
            EXTERNAL_ROLE_POLICY, '{}'
            """)
    void aValueInQuotesIsRefusedWithTheFix(String variable, String value) {
        environment.put(variable, value);
        assertThat(refused()).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo("environment variable " + variable);
            assertThat(problem.expected())
                    .startsWith("the value without the quotes")
                    .doesNotContain(", and ");
        });
    }

    // What is wrong besides would come up at the next start only.
    @Test
    void aValueInQuotesIsCheckedAllTheSame() {
        environment.put("IOT_QOS", "'3'");
        assertThat(refused()).singleElement().satisfies(problem -> assertThat(problem.expected())
                .contains("without the quotes", ", and a whole number from 0 to 1"));
    }

    // Quotes are legal inside.
    @Test
    void quotesWithinAValueAreLeftAlone() throws Exception {
        environment.put("IOT_CONTENT_TYPE", "text/plain; charset=\"utf-8\"");
        assertThat(read().get(Key.IOT_CONTENT_TYPE)).contains("text/plain; charset=\"utf-8\"");
    }

    // The SDK takes AWS_REGION as it stands, and fails with a host name that does not exist.
    @Test
    void aRegionOfTheChainIsCheckedToo() {
        regionOfTheChain = Optional.of("\"eu-west-1\"");
        assertThat(refused()).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("kinesis.region");
            assertThat(problem.where()).contains("AWS_REGION");
            assertThat(problem.expected()).contains("without the quotes");
        });
    }

    // The AWS CLI on the same machine finds its region, so nobody thinks of the name.
    @Test
    void theRegionOfTheCliIsNamedWhereTheSdkKnowsNone() {
        regionOfTheChain = Optional.empty();
        environment.put("AWS_DEFAULT_REGION", "eu-west-1");
        assertThat(refused()).singleElement().satisfies(problem -> {
            assertThat(problem.where()).contains("AWS_REGION");
            assertThat(problem.wrong()).contains("AWS_DEFAULT_REGION is set");
        });
    }

    // STS refuses it at run time, with a sentence about the ARN.
    @ParameterizedTest
    @CsvSource({
        "arn:aws-cn:iam::222222222222:role/x, eu-west-1, a-ats.iot.eu-west-1.amazonaws.com, kinesis.region eu-west-1 is in aws",
        "arn:aws-cn:iam::222222222222:role/x, cn-north-1, a.iot.eu-west-1.amazonaws.com, the region of iot.endpoint eu-west-1 is in aws",
        "arn:aws:iam::222222222222:role/x, cn-north-1, a.iot.eu-west-1.amazonaws.com, kinesis.region cn-north-1 is in aws-cn",
        "arn:aws:iam::222222222222:role/x, eu-west-1, a-ats.iot.us-gov-west-1.amazonaws.com, us-gov-west-1 is in aws-us-gov"
    })
    void aRoleOfAnotherPartitionIsRefused(String role, String region, String endpoint, String wrong) {
        environment.put("EXTERNAL_ROLE_ARN", role);
        environment.put("KINESIS_REGION", region);
        environment.put("IOT_ENDPOINT", endpoint);
        assertThat(refused()).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("external.role.arn");
            assertThat(problem.wrong()).contains(wrong);
        });
    }

    // Both of these name the partition as well.
    @Test
    void theStreamsArnAndThePoliciesAreOfTheRolesPartition() {
        environment.put("KINESIS_STREAM", "arn:aws-cn:kinesis:cn-north-1:111111111111:stream/readings");
        environment.put("EXTERNAL_ROLE_POLICY_ARNS", "arn:aws-us-gov:iam::aws:policy/x");
        assertThat(refused()).singleElement().satisfies(problem -> assertThat(problem.wrong())
                .contains("kinesis.stream is in aws-cn", "arn:aws-us-gov:iam::aws:policy/x is in aws-us-gov"));
    }

    // A check that cries wolf would keep a whole partition out.
    @Test
    void allOfOnePartitionIsTaken() throws Exception {
        environment.put("EXTERNAL_ROLE_ARN", "arn:aws-cn:iam::222222222222:role/bridge");
        environment.put("KINESIS_REGION", "cn-northwest-1");
        environment.put("IOT_ENDPOINT", "abc123.ats.iot.cn-north-1.amazonaws.com.cn");
        environment.put("EXTERNAL_ROLE_POLICY_ARNS", "arn:aws-cn:iam::aws:policy/x");
        assertThat(read().iotRegion()).isEqualTo("cn-north-1");
    }

    @ParameterizedTest
    @CsvSource({
        "KINESIS_STREAM, 'has blanks'",
        "KINESIS_START, yesterday",
        "KINESIS_RETRIEVAL, efo",
        "KINESIS_CHECKPOINT_INTERVAL, 1x",
        "KINESIS_CHECKPOINT_INTERVAL, 0s",
        "KINESIS_CHECKPOINT_INTERVAL, 8m",
        "KINESIS_CHECKPOINT_INTERVAL, 1m30",
        "KINESIS_CHECKPOINT_INTERVAL, 10s later",
        "KINESIS_CHECKPOINT_INTERVAL, s",
        "MAX_RECORD_AGE, 9999999999d",
        "MAX_RECORD_AGE, -3600",
        "KINESIS_FAILOVER_TIME, 1h",
        "MAX_RECORD_AGE, never",
        "EXTERNAL_ROLE_SESSION_DURATION, 10m",
        "EXTERNAL_ROLE_SESSION_DURATION, 13h",
        "EXTERNAL_ROLE_SESSION_NAME, 'a b'",
        "EXTERNAL_ROLE_TAGS, team",
        "EXTERNAL_ROLE_TAGS, 'team=a,Team=b'",
        "EXTERNAL_ROLE_POLICY, none",
        "EXTERNAL_ROLE_POLICY, '{\"Sid\":\"€\"}'",
        "EXTERNAL_ROLE_POLICY_ARNS, arn:aws:iam::222222222222:role/x",
        "EXTERNAL_ROLE_POLICY_ARNS, 'arn:aws:iam::222222222222:policy/x,y,arn:x'",
        "EXTERNAL_ROLE_POLICY_ARNS, 'arn:aws:iam::222222222222:policy/x y'",
        "IOT_ENDPOINT, 'host:99999'",
        "IOT_QOS, 2",
        "IOT_RETAIN, maybe",
        "IOT_CLIENT_ID, $x",
        "IOT_CA_FILE, /nowhere/ca.pem",
        "CAMEL_MANAGEMENT_PORT, 70000"
    })
    void aMalformedValueIsRefusedBeforeAnythingIsOpened(String variable, String value) {
        environment.put(variable, value);
        assertThat(refused()).singleElement().satisfies(problem -> assertThat(problem.where())
                .isEqualTo("environment variable " + variable));
    }

    private Settings read() throws SettingsException, IOException {
        Path path = Files.writeString(directory.resolve("application.properties"), file);
        return SettingsReader.read(path, environment, systemProperties, machine);
    }

    private static boolean accepts(Key key, String value) {
        try {
            key.check(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> properties(List<Key> keys) {
        return keys.stream().map(Key::property).toList();
    }

    private List<Problem> refused() {
        return catchThrowableOfType(SettingsException.class, this::read).problems();
    }
}
