package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IotResourcesTest {

    // With the host name in it, the statement held until the next pod.
    @ParameterizedTest
    @CsvSource({
        "kinesis-iot-bridge-bridge-7c9f9d-x2k4p, client/kinesis-iot-bridge-*",
        "kinesis-iot-bridge-host-1-replay, client/kinesis-iot-bridge-*",
        "bridge-7, client/bridge-7*",
        "kinesis-iot-bridge, client/kinesis-iot-bridge*"
    })
    void theClientIdsAreThoseOfEveryHost(String clientId, String resource) {
        assertThat(IotResources.OF_ANY_TOPIC.clients(clientId)).isEqualTo(resource);
    }

    // With the topic of one record it was a statement for each device.
    @ParameterizedTest
    @CsvSource({
        "kinesis/${header.CamelAwsKinesisPartitionKey}, kinesis/device-7, topic/kinesis/*",
        "plants/hall-${header.hall}/data, plants/hall-3/data, topic/plants/hall-*",
        "$aws/rules/ingest/$simple{header.key}, $aws/rules/ingest/device-7, topic/$aws/rules/ingest/*",
        "kinesis/${header.key}, elsewhere/device-7, topic/elsewhere/device-7",
        "${header.key}/data, device-7/data, topic/device-7/data",
        "one/topic, one/topic, topic/one/topic",
        "one/topic, one/topic/more, topic/one/topic/more"
    })
    void theTopicsAreThoseOfEveryRecord(String expression, String topic, String resource) {
        assertThat(IotResources.of(expression).topic(topic)).isEqualTo(resource);
    }

    // IoT Core ends a connection for a publish that is denied, and does not say which.
    @Test
    void aTopicThatIsNotToldIsTheOneOfTheSetting() {
        assertThat(IotResources.of("kinesis/${header.key}").allTopics()).isEqualTo("topic/kinesis/*");
        assertThat(IotResources.of("${header.key}").allTopics()).isEqualTo("topic/<the topics published to>");
    }
}
