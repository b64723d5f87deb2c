package io.github.kinesisiot.iot;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The packet ids of one connection: each from 1 to 65535 in turn, none twice at a time. Thread-safe, but for calls of {@link #next}. */
final class PacketIds {

    private static final int LAST = 65_535;

    private final Map<Integer, Publish> taken = new ConcurrentHashMap<>();
    private int last;

    /** There are more of them than a window may have places. */
    int next(Publish publish) {
        do {
            last = last == LAST ? 1 : last + 1;
        } while (taken.putIfAbsent(last, publish) != null);
        publish.packetId(last);
        return last;
    }

    /** Whose id it is, or null. */
    Publish owner(int packetId) {
        return taken.get(packetId);
    }

    void free(Publish publish) {
        taken.remove(publish.packetId(), publish);
    }
}
