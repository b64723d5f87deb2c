package io.github.kinesisiot.iot;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The publishes of one connection that are not acknowledged. A place is taken before the publish is sent and given back when its PUBACK
 * came or the connection ended; a publish that timed out keeps its place, since the broker may still count it.
 *
 * <p>Thread-safe.
 */
final class InFlight {

    private final AtomicInteger places = new AtomicInteger();
    private final Set<Publish> sent = ConcurrentHashMap.newKeySet();

    int count() {
        return places.get();
    }

    void takePlace() {
        places.incrementAndGet();
    }

    void giveBackPlace() {
        places.decrementAndGet();
    }

    void add(Publish publish) {
        sent.add(publish);
    }

    /** Gives back the publish's place; false when that was done before. */
    boolean remove(Publish publish) {
        boolean removed = sent.remove(publish);
        if (removed) {
            places.decrementAndGet();
        }
        return removed;
    }

    /** Publishes that the broker may not have answered, those that timed out among them. */
    int sent() {
        return sent.size();
    }

    void forEach(Consumer<Publish> action) {
        sent.forEach(action);
    }

    /** Settles what waits for longer than the time-out for its PUBACK; whether there was any. */
    boolean expire(long now, Duration timeout) {
        boolean any = false;
        for (Publish publish : sent) {
            if (now - publish.sentAt() > timeout.toNanos() && !publish.isSettled()) {
                any |= publish.settle(new PublishFailedException(
                        "PUBACK_TIMEOUT",
                        "no PUBACK within " + timeout.toSeconds() + " s for topic '"
                                + publish.message().topic() + "'",
                        null));
            }
        }
        return any;
    }
}
