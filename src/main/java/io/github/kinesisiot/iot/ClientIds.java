package io.github.kinesisiot.iot;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The two client ids of a slot, so that the next connection can come up beside the last one, and when each was last used. A single
 * connection has the client id as it is given, several append their number.
 *
 * <p>For the timer thread. Time is in nanoseconds of the pool's ticker.
 */
final class ClientIds {

    // One CONNECT a second for each client id is AWS's quota.
    private static final long MIN_GAP = TimeUnit.SECONDS.toNanos(1);

    private final List<String> ids;
    private final Long[] usedAt = new Long[2];
    private int last;

    ClientIds(PoolSettings settings, int slot) {
        this.ids = of(settings, slot);
    }

    static List<String> of(PoolSettings settings, int slot) {
        String id = settings.broker().clientId();
        String own = settings.limits().connections() == 1 ? id : id + "-" + slot;
        return List.of(own, own + "-b");
    }

    /**
     * The one to connect with next.
     *
     * @param busy the one in use, or null: then the last one again, for should the broker still hold the lost connection, this takes
     *     its place
     */
    String next(String busy) {
        return ids.get(busy == null ? last : 1 - ids.indexOf(busy));
    }

    /** Nanoseconds to wait before a CONNECT with this id; zero or less for none. */
    long wait(String id, long now) {
        Long used = usedAt[ids.indexOf(id)];
        return used == null ? 0 : used + MIN_GAP - now;
    }

    /** At the attempt's begin, and again at its result: between the two, nobody knows when its CONNECT was sent. */
    void used(String id, long now) {
        last = ids.indexOf(id);
        usedAt[last] = now;
    }
}
