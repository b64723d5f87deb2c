package io.github.kinesisiot.iot;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A mosquitto of the operating system's, on loopback, with one WebSocket and one TCP listener. */
final class Mosquitto implements AutoCloseable {

    final Path directory;
    private final Process process;
    final int webSocketPort = freePort();
    final int tcpPort = freePort();

    Mosquitto(String... extraLines) throws IOException {
        directory = Files.createTempDirectory("mosquitto");
        Path config = directory.resolve("mosquitto.conf");
        Files.writeString(config, """
                listener %d 127.0.0.1
                protocol websockets
                listener %d 127.0.0.1
                allow_anonymous true
                max_queued_messages 0
                %s
                """.formatted(webSocketPort, tcpPort, String.join("\n", extraLines)));
        process = new ProcessBuilder("/usr/sbin/mosquitto", "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Awaitility.await("mosquitto")
                .atMost(Duration.ofSeconds(20))
                .until(() -> listens(webSocketPort) && listens(tcpPort));
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        Files.deleteIfExists(directory.resolve("log"));
        Files.deleteIfExists(directory.resolve("mosquitto.conf"));
        Files.deleteIfExists(directory);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
