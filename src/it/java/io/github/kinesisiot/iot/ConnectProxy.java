package io.github.kinesisiot.iot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that knows CONNECT and nothing else, and finds every host on loopback. */
final class ConnectProxy implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<String> targets = new CopyOnWriteArrayList<>();

    ConnectProxy() throws IOException {
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Where clients wanted to go. */
    List<String> targets() {
        return targets;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            daemon(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.getInputStream().read());
        }
        String target = head.toString().split(" ")[1];
        targets.add(target);
        int colon = target.lastIndexOf(':');
        try (client;
                Socket upstream =
                        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(target.substring(colon + 1)))) {
            client.getOutputStream()
                    .write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            daemon(() -> upstream.getInputStream().transferTo(client.getOutputStream()));
            client.getInputStream().transferTo(upstream.getOutputStream());
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // one of the ends is gone
                    }
                },
                "connect-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
