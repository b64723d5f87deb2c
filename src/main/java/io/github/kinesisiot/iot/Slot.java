package io.github.kinesisiot.iot;

import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.credentials.SessionSource;
import io.github.kinesisiot.iot.SinkDetail.ConnectionDetail;
import io.github.kinesisiot.iot.SinkDetail.State;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One place in the pool: keeps one connection up, for ever. Two client ids let the next connection come up before the last one goes.
 *
 * <p>Everything here runs on the pool's timer thread, except the events of connections, which it passes on to that thread, and
 * {@link #serving()} and the figures for the status, which may be read anywhere.
 */
final class Slot implements Connection.Listener {

    /** What the slot tells the pool. */
    interface Owner {
        /** An attempt succeeded, or failed with a fault. On the timer thread. */
        void attempted(ConnectFault fault, String clientId);

        /** A connection that served was lost. On the timer thread. */
        void lost(ConnectFault fault, String clientId);

        /** A connection began or ceased to serve, or went away. On the timer thread. */
        void changed();

        /** A connection may take more publishes. On any thread. */
        void released();

        /** One of several publishes in flight cost a connection. On any thread. */
        void culpritInFlight();

        /** Whether publishes are to be sent one by one. On any thread. */
        boolean oneByOne();
    }

    // For the life of the pool
    private final int index;
    private final PoolSettings settings;
    private final PoolThreads threads;
    private final Pool.Environment environment;
    private final Owner owner;
    private final Backoff backoff;
    private final ClientIds clientIds;
    private boolean stopped;

    // For the connections of the moment
    private volatile Connection serving;
    private volatile Connection draining;
    private volatile Connection coming;
    private int attempts;
    private boolean moveWanted;
    private boolean slower;
    private boolean withoutAliases;
    private Future<?> retry;
    private Future<?> move;
    private Future<?> stable;
    private volatile ConnectFault problem;

    Slot(int index, PoolSettings settings, PoolThreads threads, Pool.Environment environment, Owner owner) {
        this.index = index;
        this.settings = settings;
        this.threads = threads;
        this.environment = environment;
        this.owner = owner;
        this.backoff = new Backoff(settings.timings().maxBackoff(), environment.random());
        this.clientIds = new ClientIds(settings, index);
    }

    Connection serving() {
        return serving;
    }

    int draining() {
        return draining == null ? 0 : 1;
    }

    int inFlight() {
        Connection up = serving;
        Connection old = draining;
        return (up == null ? 0 : up.inFlight()) + (old == null ? 0 : old.inFlight());
    }

    /** Its connections, the one in service first; one without a client id where there is none. */
    List<ConnectionDetail> details() {
        List<ConnectionDetail> details = new ArrayList<>();
        add(details, State.UP, serving);
        add(details, State.CONNECTING, coming);
        add(details, State.DRAINING, draining);
        if (details.isEmpty()) {
            details.add(new ConnectionDetail(index, Optional.empty(), State.DOWN, 0, 0, 0, 0, sentence()));
        }
        return details;
    }

    private void add(List<ConnectionDetail> details, State state, Connection connection) {
        if (connection == null) {
            return;
        }
        long nanos = environment.nanos().getAsLong() - connection.since();
        details.add(new ConnectionDetail(
                index,
                Optional.of(connection.attempt().clientId()),
                state,
                nanos / 1e9,
                connection.session() == null ? 0 : connection.session().number(),
                connection.acknowledged(),
                connection.inFlight(),
                state == State.CONNECTING ? sentence() : Optional.empty()));
    }

    private Optional<String> sentence() {
        return problem().map(ConnectFault::sentence);
    }

    /** What keeps this slot from having a connection. */
    Optional<ConnectFault> problem() {
        return Optional.ofNullable(problem);
    }

    void connect() {
        if (stopped || coming != null) {
            return;
        }
        cancel(retry);
        retry = null;
        if (serving != null && draining != null) {
            moveWanted = true; // both client ids are taken until the old connection is gone
            return;
        }
        Optional<SessionSource> sessions = settings.signing().flatMap(PoolSettings.Signing::sessions);
        AssumedSession session = sessions.flatMap(SessionSource::current).orElse(null);
        if (sessions.isPresent() && session == null) {
            // No failure of the broker's: the next session's beginning calls connect() again.
            problem = new ConnectFault(
                    "NO_SESSION",
                    "waiting for a session of the role to assume",
                    false,
                    DisconnectReason.Effect.RECONNECT);
            return;
        }
        Connection busy = serving != null ? serving : draining;
        String id = clientIds.next(busy == null ? null : busy.attempt().clientId());
        long now = environment.nanos().getAsLong();
        long wait = clientIds.wait(id, now);
        if (wait > 0) {
            retry = after(TimeUnit.NANOSECONDS.toMillis(wait) + 1, this::connect);
            return;
        }
        moveWanted = false;
        clientIds.used(id, now);
        List<BrokerAddress> addresses = settings.broker().addresses();
        BrokerAddress address = addresses.get(attempts++ % addresses.size());
        var attempt = new ConnectionAttempt(settings, address, id, session);
        Connection next = environment.connector().of(attempt, threads, environment.nanos(), this);
        if (withoutAliases) {
            next.useNoAliases();
        }
        coming = next;
        threads.workers().execute(() -> next.open(environment.clock()));
    }

    /** Brings a new connection up and lets the one in service go afterwards; now, or when the delay is over. */
    void moveAfter(long millis) {
        cancel(move);
        move = after(millis, this::connect);
    }

    @Override
    public void up(Connection connection) {
        threads.onTimer(() -> onUp(connection));
    }

    @Override
    public void failed(Connection connection, Throwable cause) {
        threads.onTimer(() -> onFailed(connection, cause));
    }

    @Override
    public void ended(Connection connection, Throwable cause) {
        threads.onTimer(() -> onEnded(connection, cause));
    }

    @Override
    public void released(Connection connection) {
        owner.released();
    }

    @Override
    public void culpritInFlight() {
        owner.culpritInFlight();
    }

    @Override
    public boolean oneByOne() {
        return owner.oneByOne();
    }

    /** A connection that lets publishes go unanswered is replaced; it serves on until its successor is up. */
    @Override
    public void overdue(Connection connection) {
        threads.onTimer(() -> {
            if (connection == serving) {
                connect();
            }
        });
    }

    private void onUp(Connection connection) {
        if (connection != coming) {
            connection.drain(); // came up when it was no longer waited for
            return;
        }
        coming = null;
        problem = null;
        if (slower) {
            slower = false;
            connection.beginSlowly();
        }
        clientIds.used(connection.attempt().clientId(), environment.nanos().getAsLong());
        Connection old = serving;
        draining = old == null ? draining : old;
        serving = connection;
        if (old != null) {
            old.drain();
        }
        cancel(stable);
        stable = after(settings.timings().stableAfter().toMillis(), backoff::reset);
        if (settings.signing().isPresent()) {
            long age = settings.timings().maxAge().toMillis();
            moveAfter(age - environment.random().nextLong(age / 20 + 1));
        }
        if (outdated(connection)) {
            moveAfter(0); // a session began while this one was being connected
        }
        owner.attempted(null, connection.attempt().clientId());
        owner.changed();
    }

    private void onFailed(Connection connection, Throwable cause) {
        if (connection != coming) {
            return;
        }
        coming = null;
        clientIds.used(connection.attempt().clientId(), environment.nanos().getAsLong());
        if (!stopped) {
            owner.attempted(fault(cause, connection), connection.attempt().clientId());
            retryLater();
        }
        owner.changed();
    }

    private void onEnded(Connection connection, Throwable cause) {
        if (connection == draining) {
            draining = null;
            if (moveWanted) {
                connect();
            }
        } else if (connection == serving) {
            serving = null;
            cancel(stable);
            if (cause != null && !stopped) {
                owner.lost(fault(cause, connection), connection.attempt().clientId());
            }
            if (coming == null && retry == null) {
                retryLater();
            }
        }
        owner.changed();
    }

    void expire(long now) {
        for (Connection connection : new Connection[] {serving, draining}) {
            if (connection != null) {
                connection.expire(now);
            }
        }
    }

    /** Lets the connections finish what is in flight and go. */
    void stop() {
        stopped = true;
        cancel(retry);
        cancel(move);
        cancel(stable);
        if (coming != null) {
            coming.abort();
        }
        if (serving != null) {
            serving.drain();
        }
    }

    void abort() {
        for (Connection connection : new Connection[] {coming, serving, draining}) {
            if (connection != null) {
                connection.abort();
            }
        }
    }

    boolean isEmpty() {
        return coming == null && serving == null && draining == null;
    }

    /** Whether a newer session is there than the one this connection was signed with. */
    boolean outdated(Connection connection) {
        return settings.signing()
                .flatMap(PoolSettings.Signing::sessions)
                .flatMap(SessionSource::current)
                .map(current -> connection.session() == null
                        || current.number() != connection.session().number())
                .orElse(false);
    }

    private ConnectFault fault(Throwable cause, Connection connection) {
        ConnectFault fault = ConnectFault.of(cause, connection.attempt());
        problem = fault;
        slower |= fault.effect() == DisconnectReason.Effect.SLOWER;
        withoutAliases |= fault.effect() == DisconnectReason.Effect.WITHOUT_ALIASES;
        if (fault.sessionRefused()) {
            settings.signing().flatMap(PoolSettings.Signing::sessions).ifPresent(s -> threads.workers()
                    .execute(() -> s.refused(connection.session())));
        }
        return fault;
    }

    private void retryLater() {
        if (!stopped) {
            retry = after(backoff.next(), this::connect);
        }
    }

    private Future<?> after(long millis, Runnable task) {
        return threads.after(millis, task);
    }

    private static void cancel(Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}
