package io.github.kinesisiot.cloud;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.EnumSet;
import java.util.Set;

/** Whether a socket is read from: not as long as there is a reason against it. All calls on the socket's event loop. */
final class Valve {
    /** Against reading on. */
    enum Hold {
        /** Where it goes is full. */
        FULL,
        /** A second has brought all it may. */
        QUOTA,
        /** Never again. */
        FOR_EVER
    }

    private final NetSocket socket;
    private final Set<Hold> holds = EnumSet.noneOf(Hold.class);

    Valve(NetSocket socket) {
        this.socket = socket;
    }

    void shut(Hold why) {
        if (holds.isEmpty()) {
            socket.pause();
        }
        holds.add(why);
    }

    void open(Hold why) {
        if (holds.remove(why) && holds.isEmpty()) {
            socket.resume();
        }
    }

    /** A slow receiver slows down whom this valve belongs to. */
    void write(NetSocket to, Buffer bytes) {
        to.write(bytes);
        if (to.writeQueueFull()) {
            shut(Hold.FULL);
            to.drainHandler(drained -> open(Hold.FULL));
        }
    }
}
