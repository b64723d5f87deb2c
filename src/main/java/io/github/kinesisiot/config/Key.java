package io.github.kinesisiot.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every setting of the bridge: its name, its default and the check of its value. The one place where a key is defined: the routes take
 * their placeholders from here, and {@code config/application.properties} is held to it by a test.
 */
public enum Key {
    KINESIS_STREAM("kinesis.stream", Default.REQUIRED, Check::stream),
    KINESIS_REGION("kinesis.region", Default.DERIVED, Check::region),
    KINESIS_APPLICATION("kinesis.application", Default.DERIVED, Check::application),
    KINESIS_START("kinesis.start", "TRIM_HORIZON", Check::start),
    KINESIS_RETRIEVAL("kinesis.retrieval", "polling", Check.oneOf("polling", "fan-out")),
    KINESIS_MAX_IN_FLIGHT("kinesis.max-in-flight", "1000", Check.integer(1, 100_000)),
    KINESIS_CHECKPOINT_INTERVAL("kinesis.checkpoint-interval", "5s", DurationRange.CHECKPOINT_INTERVAL::check),
    KINESIS_FAILOVER_TIME("kinesis.failover-time", "10s", DurationRange.FAILOVER_TIME::check),

    MAX_ATTEMPTS("max-attempts", "unlimited", Check.unlimitedOr(Check.integer(1, 1_000_000))),
    MAX_RECORD_AGE("max-record-age", "unlimited", Check.unlimitedOr(Check.duration("1s", "365d"))),

    ROLE_ARN("external.role.arn", Default.REQUIRED, Check::roleArn),
    ROLE_EXTERNAL_ID(
            "external.role.external-id",
            Default.ABSENT,
            Check.pattern("[\\w+=,.@:/-]{2,1224}", "2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -")),
    ROLE_SESSION_NAME(
            "external.role.session-name",
            Default.DERIVED,
            Check.pattern("[\\w+=,.@-]{2,64}", "2 to 64 of A-Z a-z 0-9 _ + = , . @ -")),
    ROLE_SESSION_DURATION("external.role.session-duration", "3600s", Check.duration("900s", "12h")),
    ROLE_SOURCE_IDENTITY("external.role.source-identity", Default.ABSENT, Check::sourceIdentity),
    ROLE_TAGS("external.role.tags", Default.ABSENT, Check::tags),
    ROLE_POLICY("external.role.policy", Default.ABSENT, Check::policy),
    ROLE_POLICY_ARNS("external.role.policy-arns", Default.ABSENT, PolicyArns::parse),

    IOT_ENDPOINT("iot.endpoint", Default.REQUIRED, Check::endpoint),
    IOT_REGION("iot.region", Default.ABSENT, Check::region),
    IOT_TOPIC("iot.topic", "kinesis/${header.CamelAwsKinesisPartitionKey}", Check::topic),
    IOT_QOS("iot.qos", "1", Check.integer(0, 1)),
    IOT_RETAIN("iot.retain", "false", Check.oneOf("true", "false")),
    IOT_CLIENT_ID("iot.client-id", Default.DERIVED, Check::clientId),
    IOT_CONNECTIONS("iot.connections", "10", Check.integer(1, 1000)),
    IOT_PUBLISH_RATE("iot.publish-rate", "100", Check.integer(0, 1_000_000)),
    IOT_BYTES_PER_SECOND("iot.bytes-per-second", "524288", Check.integer(0, 1_000_000_000)),
    IOT_MAX_IN_FLIGHT("iot.max-in-flight", "100", Check.integer(1, 32_767)),
    IOT_MAX_PAYLOAD("iot.max-payload", "131072", Check.integer(1, 268_000_000)),
    IOT_PUBLISH_TIMEOUT("iot.publish-timeout", "30s", Check.duration("1s", "10m")),
    IOT_TOPIC_ALIASES("iot.topic-aliases", "64", Check.integer(0, 10_000)),
    IOT_USER_PROPERTIES(
            "iot.user-properties",
            "partition-key,sequence-number,shard,arrival-time",
            Check.noneOrListOf("partition-key", "sequence-number", "shard", "arrival-time")),
    IOT_CONTENT_TYPE(
            "iot.content-type",
            Default.ABSENT,
            Check.pattern("[ -~]{1,256}", "at most 256 printable ASCII characters, e.g. application/json")),
    IOT_PAYLOAD_FORMAT("iot.payload-format", Default.ABSENT, Check.oneOf("utf-8", "bytes")),
    IOT_MESSAGE_EXPIRY("iot.message-expiry", Default.ABSENT, Check.duration("1s", "7d")),
    IOT_CA_FILE("iot.ca-file", Default.ABSENT, Check::readableFile),

    DEAD_LETTER_DIRECTORY("dead-letter.directory", "dead-letter", Check::directory),
    LOG_FORMAT("log.format", "plain", Check.oneOf("plain", "json")),
    TRACING_ENABLED("tracing.enabled", "false", Check.oneOf("true", "false")),
    MANAGEMENT_PORT("camel.management.port", "9876", Check.integer(0, 65_535));

    private final String property;
    private final Object defaultValue;
    private final Check check;

    Key(String property, Object defaultValue, Check check) {
        this.property = property;
        this.defaultValue = defaultValue;
        this.check = check;
    }

    /** The name in the properties file. */
    public String property() {
        return property;
    }

    /** The name in the environment, by Camel's own rule. */
    public String environmentVariable() {
        return property.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }

    /** The fixed default; empty when the key is required, optional or derived from others. */
    public Optional<String> fixedDefault() {
        return defaultValue instanceof String value ? Optional.of(value) : Optional.empty();
    }

    boolean required() {
        return defaultValue == Default.REQUIRED;
    }

    /** @throws IllegalArgumentException saying what was expected */
    void check(String value) {
        check.check(value);
    }

    public static Optional<Key> ofProperty(String property) {
        return Arrays.stream(values())
                .filter(key -> key.property.equals(property))
                .findFirst();
    }

    private enum Default {
        REQUIRED,
        ABSENT,
        DERIVED
    }
}
