package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The broker behind the IoT endpoint: a real mosquitto on 127.0.0.1, with a WebSocket listener for the endpoint and a plain one for
 * subscribers. Its limits are those of AWS IoT Core where it has a setting for them. Publishes to {@code forbidden/…} are refused
 * (PUBACK 0x87), as for a role whose policy does not allow the topic.
 */
public final class Mosquitto implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int TRIES = 5;
    private static final Pattern RUNNING = Pattern.compile("mosquitto version \\S+ running");

    private final Path run;
    private final int plainPort;
    private final int webSocketPort;
    private ChildProcess process;

    private Mosquitto(Path run) {
        this.run = run;
        this.plainPort = Ports.free();
        this.webSocketPort = Ports.free();
        restart();
    }

    /** One that belongs to no cloud. */
    public static Mosquitto start() {
        return start(Workspace.newRun());
    }

    static Mosquitto start(Path run) {
        IllegalStateException last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return new Mosquitto(run);
            } catch (IllegalStateException e) {
                // A port that was free a moment ago may be somebody else's now: another pair of ports then.
                last = e;
            }
        }
        throw last;
    }

    /** Where subscribers connect: {@code tcp://127.0.0.1:…}, without a signature. */
    public String plainUrl() {
        return "tcp://127.0.0.1:" + plainPort;
    }

    public int webSocketPort() {
        return webSocketPort;
    }

    public synchronized ChildProcess process() {
        return process;
    }

    /** Ends it, if it still runs, and starts it again on the same ports with nothing remembered. */
    public synchronized void restart() {
        close();
        ChildProcess started = ChildProcess.start(
                "mosquitto",
                run.resolve("mosquitto.log"),
                run,
                Map.of(),
                GRACE,
                List.of(
                        Programs.mosquitto().toString(),
                        "-c",
                        writeConfiguration().toString()));
        try {
            started.awaitLine(RUNNING, START);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        process = started;
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    private Path writeConfiguration() {
        Path access = run.resolve("mosquitto.acl");
        String configuration = """
                # Started by root it would become a user of its own, who may not read the cloud's directory.
                user %s
                per_listener_settings false
                allow_anonymous true
                acl_file %s
                persistence false
                # Not stdout, which would be written in blocks.
                log_dest stderr
                log_type error
                log_type warning
                log_type notice
                log_type information
                connection_messages true
                sys_interval 0
                set_tcp_nodelay true
                # As AWS IoT Core: 100 unacknowledged publishes per connection, 128 KB of payload, QoS 0 and 1.
                max_inflight_messages 100
                message_size_limit 131072
                max_packet_size 149504
                max_keepalive 1200
                # A slow subscriber loses nothing.
                max_queued_messages 0

                listener %d 127.0.0.1
                protocol mqtt
                max_qos 1

                listener %d 127.0.0.1
                protocol websockets
                max_qos 1
                max_topic_alias 8
                """.formatted(System.getProperty("user.name"), access, plainPort, webSocketPort);
        try {
            Files.writeString(access, "topic deny forbidden/#\ntopic readwrite #\ntopic readwrite $aws/#\n");
            return Files.writeString(run.resolve("mosquitto.conf"), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
