package io.github.kinesisiot.iot;

/**
 * Publishes per second as the broker sees them: in no second that it may count do more than the rate arrive, whatever holds up packets on the
 * way.
 *
 * <p>When a publish arrived is not known, but it was not before it was sent and not after its answer was: so it keeps a place from when it is
 * sent until a second after its PUBACK. Of that second the shortest time from sending to PUBACK seen on this connection is taken off: the next
 * publish and the answer cannot have been faster than that together. What remains as the price is jitter.
 *
 * <p>Thread-safe. Time is nanoseconds of any one clock that only goes forward.
 */
final class ArrivalWindow {

    private static final long SECOND = 1_000_000_000L;
    /** Clocks differ, and a broker may end its second a little late. */
    private static final long SLACK = SECOND * 3 / 1000;
    /** A publish without an answer: written to the socket is not arrived. */
    private static final long UNANSWERED = SECOND * 15 / 1000;

    private final int most;
    // The answered publishes that keep their place, oldest first, as a ring.
    private final long[] answeredAt;
    private long answered;
    private long freed;
    private int open;
    private long shortest = Long.MAX_VALUE;

    ArrivalWindow(int perSecond) {
        this.most = perSecond;
        this.answeredAt = new long[perSecond];
    }

    /** Nanoseconds from now until there is a place; zero for at once, {@link Connection#NEVER} when only an answer makes one. */
    synchronized long delay(long now) {
        free(now);
        if (open + answered - freed < most) {
            return 0;
        }
        return freed < answered ? freeAt(freed) - now : Connection.NEVER;
    }

    /** Places that are taken. */
    synchronized long taken(long now) {
        free(now);
        return open + answered - freed;
    }

    synchronized void sent(long now) {
        free(now);
        open++;
    }

    /** A publish that took a place never left. */
    synchronized void notSent() {
        open--;
    }

    synchronized void answered(long sentAt, long now) {
        shortest = Math.min(shortest, now - sentAt);
        close(now);
    }

    /** A publish of QoS 0 is in the socket, which is all there is to know of it. */
    synchronized void written(long now) {
        close(now + trip() + UNANSWERED);
    }

    private void close(long at) {
        open--;
        answeredAt[(int) (answered++ % most)] = at;
    }

    private void free(long now) {
        while (freed < answered && freeAt(freed) - now <= 0) {
            freed++;
        }
    }

    private long freeAt(long number) {
        return answeredAt[(int) (number % most)] + SECOND + SLACK - trip();
    }

    // Less than a second: what is slower has no place to lose.
    private long trip() {
        return shortest == Long.MAX_VALUE ? 0 : Math.min(shortest, SECOND);
    }
}
