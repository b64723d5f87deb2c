package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AliveTest {

    private static final String OK = "HTTP/1.0 200 OK";

    @TempDir
    Path directory;

    private ServerSocket server;
    private Path file;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        file = directory.resolve("application.properties");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    // A check of the default port would end every container that has been given another.
    @Test
    void thePortIsTheOneOfTheEnvironmentThenOfTheFile() throws Exception {
        String port = Integer.toString(server.getLocalPort());
        answer(OK);
        assertThat(Alive.ask(file, Map.of("CAMEL_MANAGEMENT_PORT", port))).isEqualTo(OK);
        Files.writeString(file, "camel.management.port=" + port + "\ncamel.management.host=127.0.0.1\n");
        answer(OK);
        assertThat(Alive.ask(file, Map.of())).isEqualTo(OK);
        Files.writeString(file, "camel.management.port=1\n");
        answer(OK);
        assertThat(Alive.ask(file, Map.of("CAMEL_MANAGEMENT_PORT", port))).isEqualTo(OK);
    }

    // The bridge listens where the first line says, and every half minute another port was asked.
    @Test
    void theFileIsReadAsTheBridgeReadsIt() throws Exception {
        Files.writeString(file, "\uFEFFcamel.management.port=" + server.getLocalPort() + "\r\n");
        answer(OK);
        assertThat(Alive.ask(file, Map.of())).isEqualTo(OK);
    }

    // A check that hangs with the process says nothing until somebody's own limit is over; one that takes silence for
    // life says never.
    @Test
    void noAnswerIsAFailure() throws Exception {
        String port = Integer.toString(server.getLocalPort());
        answer(null);
        assertThatThrownBy(() -> Alive.ask(file, Map.of("CAMEL_MANAGEMENT_PORT", port)))
                .isInstanceOf(IOException.class);
    }

    // Down is 503; a management port behind a password or with another path is still a process at work.
    @Test
    void downIsNoLifeAndAnyAnswerBelow500Is() {
        assertThat(Alive.isLife("HTTP/1.1 200 OK")).isTrue();
        assertThat(Alive.isLife("HTTP/1.1 401 Unauthorized")).isTrue();
        assertThat(Alive.isLife("HTTP/1.1 404 Not Found")).isTrue();
        assertThat(Alive.isLife("HTTP/1.1 503 Service Unavailable")).isFalse();
        assertThat(Alive.isLife("no answer: java.net.ConnectException")).isFalse();
        assertThat(Alive.isLife("")).isFalse();
    }

    private void answer(String line) {
        CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                var request =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                while (!request.readLine().isEmpty()) {
                    // The request, to its end: what is not read breaks the connection.
                }
                if (line != null) {
                    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
