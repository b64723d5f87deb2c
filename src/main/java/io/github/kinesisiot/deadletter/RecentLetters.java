package io.github.kinesisiot.deadletter;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many letters were stored for each reason since the start, and the last {@value #LAST} places of each: nothing of their content. Keeps
 * {@value #MOST_REASONS} reasons apart and counts the rest as {@code OTHER}, since a step of a user's route may fail in any number of ways.
 * Thread-safe.
 */
public final class RecentLetters {

    static final int LAST = 5;
    static final int MOST_REASONS = 50;

    private final Map<String, Bucket> reasons = new LinkedHashMap<>();

    private static final class Bucket {
        private long count;
        private final Deque<Place> last = new ArrayDeque<>();
    }

    RecentLetters() {}

    public record Place(Instant storedAt, String shardId, String sequenceNumber, int attempts) {}

    /** @param last the newest first */
    public record OfReason(String reason, long count, List<Place> last) {}

    synchronized void add(DeadLetter letter) {
        boolean known = reasons.containsKey(letter.reason()) || reasons.size() < MOST_REASONS;
        Bucket bucket = reasons.computeIfAbsent(known ? letter.reason() : "OTHER", reason -> new Bucket());
        bucket.count++;
        bucket.last.addFirst(
                new Place(letter.storedAt(), letter.shardId(), letter.sequenceNumber(), letter.attempts()));
        if (bucket.last.size() > LAST) {
            bucket.last.removeLast();
        }
    }

    /** In the order in which the reasons came up. */
    public synchronized List<OfReason> reasons() {
        return reasons.entrySet().stream()
                .map(each -> new OfReason(each.getKey(), each.getValue().count, List.copyOf(each.getValue().last)))
                .toList();
    }
}
