package io.github.kinesisiot.cloud.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One contender in a process of its own, so that its CPU time is nobody else's. Connects, says {@code up} to the port it was given, and
 * answers each line it is sent: {@code run RATE MILLIS} or {@code refused}. Ends when nobody asks any more.
 */
final class ContenderMain {
    private ContenderMain() {}

    public static void main(String[] args) {
        int code = 1;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.US_ASCII)) {
            Load load = new Load(Kind.valueOf(args[0]).connect(Target.of(System.getenv())));
            out.println("up");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                out.println(
                        words[0].equals("run")
                                ? load.run(Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[2])))
                                        .line()
                                : Boolean.toString(load.tellsRefusal()));
            }
            code = 0;
        } catch (Exception e) {
            e.printStackTrace();
        } finally {
            // The clients' threads would keep the process alive.
            System.exit(code);
        }
    }
}
