package io.github.kinesisiot.cloud;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The shard iterators that clients hold, which are not to be read: where they point to, and when they were made. Those long past their time are
 * forgotten. Thread-safe.
 */
final class ShardIterators {
    private static final Duration AWS = Duration.ofMinutes(5);
    private static final Duration REMEMBERED = Duration.ofMinutes(15);

    private final Clock clock;
    private final Map<String, Made> made = new LinkedHashMap<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private Duration lifetime = AWS;

    private record Made(ShardPlace place, Instant at, int generation) {}

    ShardIterators(Clock clock) {
        this.clock = clock;
    }

    synchronized void last(Duration changed) {
        lifetime = changed;
    }

    synchronized void remember(String iterator, ShardPlace place) {
        Instant now = clock.instant();
        for (Iterator<Made> oldest = made.values().iterator(); oldest.hasNext(); ) {
            if (!oldest.next().at().isBefore(now.minus(REMEMBERED))) {
                break;
            }
            oldest.remove();
        }
        made.put(iterator, new Made(place, now, generation(place.stream())));
    }

    synchronized Optional<ShardPlace> place(String iterator) {
        return Optional.ofNullable(made.get(iterator)).map(Made::place);
    }

    /** A stream of this name that is made later is another one. */
    synchronized void deleted(String stream) {
        generations.merge(stream, 1, Integer::sum);
    }

    /** Why it is of no use any more; empty also for one that was never seen here. */
    synchronized Optional<RefusedException> refusal(FrontCall call) {
        Made found = made.get(call.text("ShardIterator"));
        if (found == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (now.isAfter(found.at().plus(lifetime))) {
            return Optional.of(Refusals.expiredIterator(found.at(), now, lifetime));
        }
        return found.generation() == generation(found.place().stream())
                ? Optional.empty()
                : Optional.of(Refusals.noSuchShard(call, found.place()));
    }

    private int generation(String stream) {
        return generations.getOrDefault(stream, 0);
    }
}
