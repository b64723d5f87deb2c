package io.github.kinesisiot.iot.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpsProxyTest {

    private static String proxy(String host, Map<String, String> properties) {
        return HttpsProxy.forHost(host, properties::get)
                .map(a -> a.getHostString() + ":" + a.getPort())
                .orElse("none");
    }

    /** The JVM's own conventions, or a company's settings for every other program do not hold for this one. */
    @Test
    void theJvmsPropertiesAreFollowed() {
        assertThat(proxy("a.example", Map.of())).isEqualTo("none");
        assertThat(proxy("a.example", Map.of("https.proxyHost", "p"))).isEqualTo("p:443");
        Map<String, String> properties = Map.of(
                "https.proxyHost",
                "p",
                "https.proxyPort",
                "3128",
                "http.nonProxyHosts",
                "*.internal|10.*|exact.example|*middle*");
        assertThat(proxy("a.example", properties)).isEqualTo("p:3128");
        for (String host : new String[] {"x.internal", "10.1.2.3", "exact.example", "in-the-middle-of"}) {
            assertThat(proxy(host, properties)).as(host).isEqualTo("none");
        }
        assertThat(proxy("localhost", Map.of("https.proxyHost", "p"))).isEqualTo("none");
        assertThatThrownBy(() -> proxy("a", Map.of("https.proxyHost", "p", "https.proxyPort", "x")))
                .hasMessageContaining("https.proxyPort");
    }
}
