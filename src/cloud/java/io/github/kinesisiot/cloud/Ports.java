package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports on loopback for programs that have to be told one. They lie below those that the system gives to outgoing connections, which would otherwise
 * take them between here and the program's start seconds later; each test process has a thousand of its own, and gives none twice in a row. Thread-safe.
 */
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int EACH = 1_000;

    /** Forks beyond those share ranges: all stay below 32768, where Linux begins with outgoing connections. */
    private static final int RANGES = 12;

    private static final int FORK = Integer.parseInt(System.getProperty("tests.fork", "0"));

    /** Two builds on one machine have the same forks: they begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % EACH));

    private Ports() {}

    /** A port that nobody listens on now. */
    public static int free() {
        return free(FORK, NEXT);
    }

    static int free(int fork, AtomicInteger next) {
        for (int tried = 0; tried < EACH; tried++) {
            int port = port(fork, next.getAndIncrement());
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port of this process's range is free");
    }

    static int port(int fork, int number) {
        return FIRST + Math.floorMod(fork, RANGES) * EACH + Math.floorMod(number, EACH);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
