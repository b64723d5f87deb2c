package io.github.kinesisiot.iot.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BrokerAddressTest {

    /** Names with an underscore have no host for java.net.URI, and private zones have such names. */
    @Test
    void everyPartIsTakenFromTheUrl() {
        assertThat(BrokerAddress.parse("wss://My_Broker.internal/mqtt?a=b"))
                .isEqualTo(new BrokerAddress("wss", "my_broker.internal", 443, "/mqtt?a=b"));
        assertThat(BrokerAddress.parse(" tcp://h ")).isEqualTo(new BrokerAddress("tcp", "h", 1883, "/"));
        assertThat(BrokerAddress.parse("WS://[::1]:81/")).isEqualTo(new BrokerAddress("ws", "::1", 81, "/"));
        assertThat(BrokerAddress.parse("ssl://[fe80::1]")).isEqualTo(new BrokerAddress("ssl", "fe80::1", 8883, "/"));
    }

    /** A wrong URL must be told by the option's name, and without the query, which may hold a secret. */
    @Test
    void whatIsWrongIsNamed() {
        for (String url : new String[] {
            "http://h/?s3cret",
            "h:1883?s3cret",
            "wss:///mqtt?s3cret",
            "ws://h:0/?s3cret",
            "ws://h:x/?s3cret",
            "ws://u:s3cret@h/",
            "ws://h/a b?s3cret"
        }) {
            assertThatThrownBy(() -> BrokerAddress.parse(url))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("brokerUrl")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
        }
    }
}
