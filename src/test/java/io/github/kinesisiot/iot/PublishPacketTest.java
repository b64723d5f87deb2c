package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written, read again by Paho. */
class PublishPacketTest {

    private static MqttPublish read(PublishPacket packet, int packetId, int alias, boolean named) throws Exception {
        byte[] to = new byte[7 + packet.length(alias, named)];
        assertThat(packet.write(to, 7, packetId, alias, named))
                .as("the length it said")
                .isEqualTo(to.length);
        assertThat(packet.largest()).isGreaterThanOrEqualTo(to.length - 7);
        return (MqttPublish) MqttWireMessage.createWireMessage(Arrays.copyOfRange(to, 7, to.length));
    }

    // A property left out, or put in another's place.
    @Test
    void everyPropertyArrives() throws Exception {
        MqttProperties properties = new MqttProperties();
        properties.setPayloadFormat(true);
        properties.setMessageExpiryInterval(0xFFFF_FFFEL);
        properties.setContentType("text/plain");
        properties.setResponseTopic("answers/ä");
        properties.setCorrelationData(new byte[] {1, 2, 3});
        properties.setUserProperties(List.of(new UserProperty("k", "€"), new UserProperty("k", "\uD83D\uDE00")));
        byte[] payload = "grün".getBytes(StandardCharsets.UTF_8);
        MqttPublish read = read(new PublishPacket("a/b", payload, 1, true, properties), 0xABCD, 0x1234, true);
        assertThat(read.getTopicName()).isEqualTo("a/b");
        assertThat(read.getMessageId()).isEqualTo(0xABCD);
        assertThat(read.getMessage().getPayload()).isEqualTo(payload);
        assertThat(read.getMessage().getQos()).isEqualTo(1);
        assertThat(read.getMessage().isRetained()).isTrue();
        MqttProperties seen = read.getProperties();
        assertThat(seen.getTopicAlias()).isEqualTo(0x1234);
        assertThat(seen.getPayloadFormat()).isTrue();
        assertThat(seen.getMessageExpiryInterval()).isEqualTo(0xFFFF_FFFEL);
        assertThat(seen.getContentType()).isEqualTo("text/plain");
        assertThat(seen.getResponseTopic()).isEqualTo("answers/ä");
        assertThat(seen.getCorrelationData()).containsExactly(1, 2, 3);
        assertThat(seen.getUserProperties()).extracting(UserProperty::getValue).containsExactly("€", "\uD83D\uDE00");
    }

    // A length of more than one byte, with and without what belongs to another attempt.
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 110, 120, 127, 128, 16_370, 16_383, 16_384, 2_097_140, 2_097_152})
    void whateverItsLengthItIsReadAsOne(int bytes) throws Exception {
        for (int alias : new int[] {0, 9}) {
            for (boolean named : alias == 0 ? new boolean[] {true} : new boolean[] {true, false}) {
                for (int qos = 0; qos <= 2; qos++) {
                    var packet = new PublishPacket("topic", new byte[bytes], qos, false, null);
                    MqttPublish read = read(packet, 7, alias, named);
                    assertThat(read.getMessage().getPayload()).hasSize(bytes);
                    assertThat(read.getMessage().getQos()).isEqualTo(qos);
                    assertThat(read.getTopicName()).isEqualTo(named ? "topic" : "");
                    assertThat(read.getProperties().getTopicAlias()).isEqualTo(alias == 0 ? null : alias);
                }
            }
        }
    }

    // A broker closes the connection for these, and everything in flight fails with one.
    @ParameterizedTest
    @ValueSource(
            strings = {"\0", "bell\u0007", "\u007F", "\u0085", "\uFFFE", "\uFDD0", "\uD83D", "\uDE00x", "\uD83F\uDFFF"})
    void whatMqttForbidsInTextIsRefused(String text) {
        assertThatThrownBy(() -> new PublishPacket(text, new byte[0], 1, false, null))
                .isInstanceOf(IllegalArgumentException.class);
        MqttProperties properties = new MqttProperties();
        properties.setContentType(text);
        assertThatThrownBy(() -> new PublishPacket("t", new byte[0], 1, false, properties))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
