package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PortsTest {

    // A port out of the system's own range is some outgoing connection's by the time the bridge listens on it.
    @Test
    void eachForkHasItsOwnPortsBelowThoseOfOutgoingConnections() {
        Set<Integer> all = new HashSet<>();
        for (int fork = 0; fork < 12; fork++) {
            for (int number = 0; number < 1_000; number++) {
                int port = Ports.port(fork, number);
                assertThat(port).isBetween(1_024, 32_767);
                assertThat(all.add(port)).as("%d of fork %d", port, fork).isTrue();
            }
        }
        assertThat(Ports.port(1, 1_000)).isEqualTo(Ports.port(1, 0));
    }

    // Two programs that are told the same port.
    @Test
    void noPortIsGivenTwiceInARow() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            assertThat(given.add(Ports.free())).isTrue();
        }
    }

    // A port that somebody listens on is no use to the program that is told it.
    @Test
    void aPortThatIsTakenIsPassedOver() throws Exception {
        int first = Ports.free(11, new AtomicInteger());
        try (ServerSocket taken = new ServerSocket()) {
            bind(taken, first);
            assertThat(Ports.free(11, new AtomicInteger())).isNotEqualTo(first);
        }
    }

    private static void bind(ServerSocket socket, int port) throws IOException {
        try {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException e) {
            // Somebody else was quicker: taken all the same.
        }
    }
}
