package io.github.kinesisiot.cloud.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * One contender after another in a process of its own, so that its CPU time is nobody else's. Connects to the port it is given and answers
 * each line it is sent: {@code connect}, the kind and the target's words; {@code run}, a rate and milliseconds; or {@code refused}, with tabs between. Ends
 * when nobody asks any more.
 */
final class ContenderMain {
    private Contender contender;
    private Load load;

    private ContenderMain() {}

    public static void main(String[] args) {
        int code = 1;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.US_ASCII)) {
            ContenderMain main = new ContenderMain();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(main.answer(List.of(line.split("\t"))));
            }
            code = 0;
        } catch (Exception e) {
            e.printStackTrace();
        } finally {
            // The clients' threads would keep the process alive.
            System.exit(code);
        }
    }

    private String answer(List<String> words) throws Exception {
        return switch (words.get(0)) {
            case "connect" -> {
                if (contender != null) {
                    contender.close();
                }
                contender = Kind.valueOf(words.get(1)).connect(Target.parse(words.subList(2, words.size())));
                load = new Load(contender);
                yield "connected";
            }
            case "run" ->
                load.run(Integer.parseInt(words.get(1)), Duration.ofMillis(Long.parseLong(words.get(2))))
                        .line();
            case "refused" -> Boolean.toString(load.tellsRefusal());
            default -> throw new IllegalArgumentException(words.get(0));
        };
    }
}
