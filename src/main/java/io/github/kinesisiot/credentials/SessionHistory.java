package io.github.kinesisiot.credentials;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last sessions, and the last failures to get one: {@value #MOST} of each, holding no credentials. Thread-safe. */
public final class SessionHistory {

    private static final int MOST = 20;

    private final Deque<Begun> sessions = new ArrayDeque<>();
    private final Deque<Failures> failures = new ArrayDeque<>();

    SessionHistory() {}

    public record Begun(long number, Instant at, Instant expiresAt) {}

    /** Tries in a row that failed for one reason. */
    public record Failures(String reason, Instant first, Instant last, int tries) {}

    synchronized void begun(AssumedSession session) {
        add(sessions, new Begun(session.number(), session.issuedAt(), session.expiresAt()));
    }

    synchronized void failed(StsTrouble trouble, Instant now) {
        Failures before = failures.peekLast();
        Begun begun = sessions.peekLast();
        boolean more = before != null
                && before.reason().equals(trouble.reasonCode())
                && (begun == null || begun.at().isBefore(before.first()));
        if (more) {
            failures.removeLast();
        }
        add(
                failures,
                new Failures(trouble.reasonCode(), more ? before.first() : now, now, more ? before.tries() + 1 : 1));
    }

    /** The oldest first. */
    public synchronized List<Begun> sessions() {
        return List.copyOf(sessions);
    }

    /** The oldest first. */
    public synchronized List<Failures> failures() {
        return List.copyOf(failures);
    }

    private static <T> void add(Deque<T> last, T next) {
        last.addLast(next);
        if (last.size() > MOST) {
            last.removeFirst();
        }
    }
}
