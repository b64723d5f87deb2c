package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The other end of {@link ContenderMain}: starts it, asks it, ends it. */
final class ContenderProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String name;
    private final ChildProcess process;
    private final Socket socket;
    private final BufferedReader in;
    private final PrintWriter out;

    private ContenderProcess(String name, ChildProcess process, Socket socket) throws IOException {
        this.name = name;
        this.process = process;
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        this.out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    static ContenderProcess start(String name, Path directory) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ChildProcess process = ChildProcess.start(
                    name,
                    directory.resolve("bench-" + name + ".log"),
                    Workspace.target().getParent(),
                    Map.of(),
                    GRACE,
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xms256m",
                            "-Xmx256m",
                            "-Dlog4j2.configurationFile=config/log4j2.properties",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ContenderMain.class.getName(),
                            Integer.toString(server.getLocalPort())));
            try {
                return new ContenderProcess(name, process, accept(server, process));
            } catch (IOException | RuntimeException e) {
                process.close();
                throw e;
            }
        }
    }

    private static Socket accept(ServerSocket server, ChildProcess process) throws IOException {
        server.setSoTimeout(200);
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                return server.accept();
            } catch (SocketTimeoutException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("a contender did not start: " + process.lastWords());
                }
            }
        }
    }

    /** In place of what it was connected as before. */
    void connect(Kind kind, Target target) throws IOException {
        out.println("connect\t" + kind + "\t" + String.join("\t", target.words()));
        answer(START);
    }

    /** @param perSecond 0 for as many as it takes */
    Measurement run(int perSecond, Duration time) throws IOException {
        out.println("run\t" + perSecond + "\t" + time.toMillis());
        return Measurement.parse(answer(time.plus(ANSWER)));
    }

    boolean tellsRefusal() throws IOException {
        out.println("refused");
        return Boolean.parseBoolean(answer(ANSWER));
    }

    private String answer(Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
        String line = in.readLine();
        if (line == null) {
            throw new IllegalStateException(name + " has ended: " + process.lastWords());
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.awaitExit(GRACE);
        process.close();
    }
}
