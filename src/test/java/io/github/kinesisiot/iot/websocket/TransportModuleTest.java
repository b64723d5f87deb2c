package io.github.kinesisiot.iot.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.time.SystemProperties;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** Opening a connection, as far as it gets before MQTT. */
class TransportModuleTest {

    /** In seconds, for what the other side hears. */
    private static final long LIMIT = 60;

    private static TransportModule module(String url) {
        BrokerAddress address = BrokerAddress.parse(url);
        TlsSettings tls = new TlsSettings((SSLSocketFactory) SSLSocketFactory.getDefault(), true, null, List.of());
        return new TransportOptions(
                        address,
                        () -> RequestTarget.unsigned(address),
                        SocketFactory.getDefault(),
                        tls,
                        Duration.ofSeconds(10),
                        Clock.systemUTC())
                .createModule();
    }

    /** The first lines of what one client says, answered with a text. */
    private static CompletableFuture<List<String>> answer(ServerSocket server, String text) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket client = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                List<String> lines = List.of(in.readLine(), in.readLine());
                client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                return lines;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** A proxy that wants a password must not look like a broker that is away. */
    @Test
    void aProxyThatWantsAPasswordIsExplained() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var properties = new SystemProperties()) {
            properties.set("https.proxyHost", "127.0.0.1");
            properties.set("https.proxyPort", String.valueOf(proxy.getLocalPort()));
            CompletableFuture<List<String>> said = answer(proxy, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
            assertThatThrownBy(() -> module("wss://broker.example/mqtt").start())
                    .hasMessageContainingAll("the proxy 127.0.0.1", "broker.example:443", "407", "password");
            assertThat(said.get(LIMIT, TimeUnit.SECONDS))
                    .containsExactly("CONNECT broker.example:443 HTTP/1.1", "Host: broker.example:443");
        }
    }

    /** An address with colons stands in brackets wherever a port may follow. */
    @Test
    void anIpv6AddressIsConnectedToAndNamedInBrackets() throws Exception {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            CompletableFuture<List<String>> said = answer(broker, "HTTP/1.1 503 Away\r\n\r\n");
            assertThatThrownBy(() -> module("ws://[::1]:" + broker.getLocalPort() + "/mqtt")
                            .start())
                    .isInstanceOf(HandshakeRefusedException.class);
            assertThat(said.get(LIMIT, TimeUnit.SECONDS))
                    .containsExactly("GET /mqtt HTTP/1.1", "Host: [::1]:" + broker.getLocalPort());
        }
    }

    /** AWS chooses the certificate, and with it the account, by the name in the ClientHello: without one the handshake fails. */
    @Test
    void theClientHelloNamesTheEndpoint() throws Exception {
        assertThat(helloTo("wss://abc123-ats.iot.eu-west-1.amazonaws.com/mqtt"))
                .contains("abc123-ats.iot.eu-west-1.amazonaws.com");
        assertThat(helloTo("wss://127.0.0.1:8443/mqtt"))
                .as("no name for an address")
                .doesNotContain("127.0.0.1");
    }

    /** What the other side of a proxy hears first, byte for byte. */
    private static String helloTo(String url) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var properties = new SystemProperties()) {
            properties.set("https.proxyHost", "127.0.0.1");
            properties.set("https.proxyPort", String.valueOf(proxy.getLocalPort()));
            // The JVM's default keeps loopback addresses away from the proxy.
            properties.set("http.nonProxyHosts", "");
            CompletableFuture<String> hello = CompletableFuture.supplyAsync(() -> {
                try (Socket client = proxy.accept()) {
                    StringBuilder connect = new StringBuilder();
                    while (connect.indexOf("\r\n\r\n") < 0) {
                        connect.append((char) client.getInputStream().read());
                    }
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    byte[] record = client.getInputStream().readNBytes(5);
                    int length = (record[3] & 0xff) << 8 | record[4] & 0xff;
                    return new String(client.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> module(url).start()).isInstanceOf(Exception.class);
            return hello.get(LIMIT, TimeUnit.SECONDS);
        }
    }
}
