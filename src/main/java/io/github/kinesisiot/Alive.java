package io.github.kinesisiot;

import io.github.kinesisiot.config.SettingsException;
import io.github.kinesisiot.config.SettingsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * The image's HEALTHCHECK: a JVM that asks the bridge's management port whether the bridge is alive, and ends with 0 or 1. Liveness and not readiness: who
 * acts on a health check ends the container, which helps a wedged process, and no bridge that waits for AWS.
 *
 * <p>It runs every half minute beside the bridge, so it uses as few classes as it can. Any answer below 500 is a sign of life, also one that a
 * changed configuration makes of it, such as 404.
 */
final class Alive {
    private static final int LIMIT_MILLIS = 3_000;
    private static final String PORT = "camel.management.port";
    private static final String HOST = "camel.management.host";

    private Alive() {}

    public static void main(String[] args) {
        String answer;
        try {
            answer = ask(Path.of("config", "application.properties"), System.getenv());
        } catch (IOException | IllegalArgumentException e) {
            answer = "no answer: " + e;
        }
        System.out.println(answer);
        System.exit(isLife(answer) ? 0 : 1);
    }

    /** @return the first line of the answer */
    static String ask(Path file, Map<String, String> environment) throws IOException {
        Properties settings;
        try {
            settings = SettingsFile.load(file);
        } catch (SettingsException e) {
            // A bridge that runs has read it; what has become of it since holds from the next start.
            settings = new Properties();
        }
        int port = Integer.parseInt(setting(PORT, settings, environment, "9876"));
        String host = setting(HOST, settings, environment, "0.0.0.0");
        // The address of "all", as one to listen at, is no address to ask.
        String address = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream()
                    .write(("GET /observe/health/live HTTP/1.0\r\nHost: " + address + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (line == null) {
                throw new IOException("closed without an answer");
            }
            return line;
        }
    }

    /** Of a status line: HTTP/1.1 200 OK. */
    static boolean isLife(String answer) {
        String[] words = answer.split(" ");
        return words.length > 1 && words[0].startsWith("HTTP/") && words[1].length() == 3 && words[1].charAt(0) < '5';
    }

    private static String setting(String key, Properties settings, Map<String, String> environment, String otherwise) {
        String variable = key.toUpperCase(Locale.ROOT).replace('.', '_');
        String value = environment.getOrDefault(variable, settings.getProperty(key, otherwise));
        return value.isBlank() ? otherwise : value.strip();
    }
}
