package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IotTopicsTest {

    // Whoever takes more than AWS lets a topic through the tests that costs a connection in production.
    @Test
    void lengthAndDepthAreThoseOfAws() {
        assertThat(IotTopics.valid("a/b/c/d/e/f/g/h")).isTrue();
        assertThat(IotTopics.valid("a/b/c/d/e/f/g/h/i")).isFalse();
        assertThat(IotTopics.valid("x".repeat(256))).isTrue();
        assertThat(IotTopics.valid("x".repeat(257))).isFalse();
        assertThat(IotTopics.valid("ü".repeat(129))).isFalse();
    }

    // The first three levels of basic ingest count for nothing, so a limit on all of it would refuse what AWS takes.
    @Test
    void basicIngestIsLimitedBehindTheRule() {
        assertThat(IotTopics.valid("$aws/rules/keep/a/b/c/d/e/f/g/h")).isTrue();
        assertThat(IotTopics.valid("$aws/rules/keep/a/b/c/d/e/f/g/h/i")).isFalse();
        assertThat(IotTopics.valid("$aws/rules/keep/" + "x".repeat(256))).isTrue();
        assertThat(IotTopics.valid("$aws/rules/keep/" + "x".repeat(257))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$aws/rules/keep",
                "$aws/things/lamp/shadow/update",
                "$aws/things/lamp/shadow/name/colour/get",
                "/",
                "a//b"
            })
    void reservedTopicsOfTheDocumentedFamiliesAreTaken(String topic) {
        assertThat(IotTopics.valid(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/+",
                "#",
                "$aws/rules/",
                "$aws/things/lamp/shadow",
                "$aws/events/x",
                "$SYS/broker",
                "$other"
            })
    void whatMayNotBePublishedToIsRefused(String topic) {
        assertThat(IotTopics.valid(topic)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/+, a/b, true",
        "a/+, a/b/c, false",
        "a/#, a/b/c, true",
        "a/#, a, true",
        "#, a/b, true",
        "a/b, a/c, false",
        "a, a/b, false",
        "+/b, a/b, true"
    })
    void filtersMatchAsMqttSays(String filter, String topic, boolean match) {
        assertThat(IotTopics.matches(filter, topic)).isEqualTo(match);
    }

    // In a policy a star spans slashes; a test that reads it as MQTT reads a plus refuses what AWS allows.
    @Test
    void policiesMatchAsIamSays() {
        RolePolicy policy = RolePolicy.shipped("bridge-", "kinesis");
        assertThat(policy.allowsConnect("bridge-1")).isTrue();
        assertThat(policy.allowsConnect("other")).isFalse();
        assertThat(policy.allowsPublish("kinesis/a/b", false)).isTrue();
        assertThat(policy.allowsPublish("kinesis", false)).isFalse();
        assertThat(policy.allowsPublish("other/kinesis/a", false)).isFalse();
        assertThat(policy.allowsPublish("kinesis/a", true)).isFalse();
        assertThat(policy.retain(true).allowsPublish("kinesis/a", true)).isTrue();
        assertThat(policy.clients("a*c?e").allowsConnect("abcbcde")).isTrue();
        assertThat(policy.clients("a*c?e").allowsConnect("abcbce")).isFalse();
        assertThat(RolePolicy.DEFAULT.allowsPublish("forbidden/x/y", false)).isFalse();
    }
}
