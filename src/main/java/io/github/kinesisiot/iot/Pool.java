package io.github.kinesisiot.iot;

import io.github.kinesisiot.Heartbeat;
import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.log.RepeatedFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one broker. Keeps the wanted number up, moves them to each new session before the old one ends, and settles every
 * publish it is given exactly once.
 *
 * <p>Thread-safe. {@link #publish} never blocks; outcomes are told on the pool's own threads, where callers may block.
 */
final class Pool {

    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
    private static final Set<String> CONNECTION_CODES = Set.of("CONNECTION_LOST", "NOT_CONNECTED", "QUEUE_FULL");
    private static final long EXPIRE_EVERY = 200;
    private static final Duration LONGEST_SPREAD = Duration.ofMinutes(1);
    // The source tries a message again within 30 s.
    private static final Duration SEARCH = Duration.ofMinutes(1);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(6);

    private final PoolSettings settings;
    private final PoolThreads threads;
    private final PublishMeters meters;
    private final Clock clock;
    private final LongSupplier nanos;
    private final RepeatedFault faults;
    private final Heartbeat heartbeat;
    private final Slot[] slots;
    private final Dispatcher dispatcher;
    private final CountDownLatch empty = new CountDownLatch(1);
    // Null for success, and before the first
    private volatile PublishException lastAnswer;
    private volatile boolean closed;
    private volatile Runnable unfollow = () -> {};
    private boolean announced;
    private volatile boolean oneByOne;
    private volatile long culpritSeenAt;
    private boolean othersBegun;

    Pool(PoolSettings settings, PoolThreads threads, PublishMeters meters, Environment environment) {
        PahoLog.quiet();
        this.settings = settings;
        this.threads = threads;
        this.meters = meters;
        this.clock = environment.clock();
        this.nanos = environment.nanos();
        this.faults = new RepeatedFault(nanos);
        this.heartbeat = new Heartbeat(nanos);
        this.slots = new Slot[settings.limits().connections()];
        Events events = new Events();
        Arrays.setAll(slots, i -> new Slot(i, settings, threads, environment, events));
        this.dispatcher = new Dispatcher(slots, settings, threads, nanos, this::trouble);
    }

    /** Time, chance and the network, so that tests can hand in their own. */
    record Environment(Clock clock, LongSupplier nanos, RandomGenerator random, Connector connector) {

        Environment(Clock clock, LongSupplier nanos, RandomGenerator random) {
            this(clock, nanos, random, Connection::new);
        }
    }

    /** Makes connections that are yet to be opened. */
    interface Connector {
        Connection of(ConnectionAttempt attempt, PoolThreads threads, LongSupplier nanos, Connection.Listener listener);
    }

    void start() {
        settings.signing()
                .flatMap(PoolSettings.Signing::sessions)
                .ifPresent(sessions ->
                        unfollow = sessions.onNewSession(session -> threads.onTimer(() -> moveTo(session))));
        threads.every(EXPIRE_EVERY, this::expire);
        threads.onTimer(this::connectFirst);
        threads.after(settings.timings().firstAlone().toMillis(), this::connectOthers);
    }

    void publish(Message message, Publish.Outcome outcome) {
        publish(message, null, outcome);
    }

    /** @param arrivedAt when Kinesis got the record that the message was made of; null if it was made of none */
    void publish(Message message, Instant arrivedAt, Publish.Outcome outcome) {
        dispatcher.submit(new Publish(message, nanos.getAsLong(), (publish, failure) -> {
            meters.settled(publish, failure, nanos.getAsLong() - publish.submittedAt());
            if (failure == null && arrivedAt != null) {
                meters.delivered(clock.millis() - arrivedAt.toEpochMilli());
            }
            if (failure == null || answered(failure)) {
                lastAnswer = failure;
            }
            threads.continuations().execute(() -> outcome.settled(publish, failure));
        }));
    }

    SinkStatus status() {
        int up = (int) Arrays.stream(slots).filter(s -> s.serving() != null).count();
        int draining = Arrays.stream(slots).mapToInt(Slot::draining).sum();
        Optional<String> problem =
                connectProblem().or(() -> Optional.ofNullable(lastAnswer).map(Throwable::getMessage));
        return new SinkStatus(up, slots.length, draining, up > 0 && lastAnswer == null, problem);
    }

    List<SinkDetail.ConnectionDetail> details() {
        return Arrays.stream(slots).flatMap(slot -> slot.details().stream()).toList();
    }

    int inFlight() {
        return Arrays.stream(slots).mapToInt(Slot::inFlight).sum();
    }

    QuotaUse quotaUse(BinaryOperator<QuotaUse> together) {
        return dispatcher.quotaUse(together);
    }

    /** How long the timer that keeps the connections has done nothing; it has something to do several times a second. */
    Duration silence() {
        return heartbeat.silence();
    }

    int queued() {
        return dispatcher.waiting();
    }

    /** Fails what waits, lets what is in flight be answered, disconnects. Blocks for some seconds at most. */
    void close() {
        closed = true;
        int up = status().up();
        boolean answered = false;
        unfollow.run();
        dispatcher.close();
        threads.onTimer(() -> {
            Arrays.stream(slots).forEach(Slot::stop);
            checkEmpty();
        });
        try {
            answered = empty.await(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (!answered) {
                threads.onTimer(() -> Arrays.stream(slots).forEach(Slot::abort));
                empty.await(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
        LOG.atInfo()
                .addKeyValue("event", "connections-closed")
                .addKeyValue("connections", up)
                .log(
                        answered ? "Closed {} connections" : "Closed {} connections, not all of them answered in time",
                        up);
    }

    // In a cold JVM the first handshake costs more than all others together. Ten at once would have the first records
    // wait for ten.
    private void connectFirst() {
        slots[0].connect();
    }

    // When it is known how the first one went, or after a moment: one address that does not answer holds nobody up.
    private void connectOthers() {
        if (!othersBegun && !closed) {
            othersBegun = true;
            Arrays.stream(slots).skip(1).forEach(Slot::connect);
        }
    }

    // The old session's connections are moved one after another within half of the time it has left.
    private void moveTo(AssumedSession session) {
        if (closed) {
            return;
        }
        if (!othersBegun) {
            connectFirst();
            return;
        }
        long left = Arrays.stream(slots)
                .map(Slot::serving)
                .filter(c -> c != null && c.session() != null)
                .mapToLong(c -> Duration.between(clock.instant(), c.session().expiresAt())
                        .toMillis())
                .min()
                .orElse(0);
        long spread = Math.max(0, Math.min(left / 2, LONGEST_SPREAD.toMillis()));
        int moving = 0;
        for (Slot slot : slots) {
            if (slot.serving() == null) {
                slot.connect();
            } else if (slot.outdated(slot.serving())) {
                slot.moveAfter(spread * moving++ / slots.length);
            }
        }
        if (moving > 0) {
            LOG.atInfo()
                    .addKeyValue("event", "connections-moving")
                    .addKeyValue("connections", moving)
                    .addKeyValue("session", session.number())
                    .log("Moving {} connections to {}", moving, session);
        }
    }

    private void expire() {
        threads.continuations().unblock();
        long now = nanos.getAsLong();
        heartbeat.beat();
        if (oneByOne && now - culpritSeenAt > SEARCH.toNanos()) {
            oneByOne = false;
            dispatcher.drain();
        }
        dispatcher.expire(now);
        for (Slot slot : slots) {
            slot.expire(now);
        }
    }

    private void checkEmpty() {
        if (closed && Arrays.stream(slots).allMatch(Slot::isEmpty)) {
            empty.countDown();
        }
    }

    private Optional<String> connectProblem() {
        return Arrays.stream(slots)
                .flatMap(s -> s.problem().stream())
                .map(ConnectFault::sentence)
                .findFirst();
    }

    // What has to do with the connection shows in the slots; what is wrong with one message is not the sink's problem.
    private static boolean answered(PublishException failure) {
        return failure instanceof PublishFailedException && !CONNECTION_CODES.contains(failure.reasonCode());
    }

    private String trouble() {
        return connectProblem().map(problem -> "; " + problem).orElse("");
    }

    /** What the slots tell. */
    private final class Events implements Slot.Owner {

        @Override
        public void attempted(ConnectFault fault, String clientId) {
            meters.connected(fault == null);
            connectOthers();
            if (fault != null) {
                faults.report(fault.code(), more -> LOG.atWarn()
                        .addKeyValue("event", "connection-failed")
                        .addKeyValue("client_id", clientId)
                        .addKeyValue("reason", fault.code())
                        .addKeyValue("repeated", more)
                        .log("{}{}", fault.sentence(), RepeatedFault.more(more)));
            }
        }

        @Override
        public void lost(ConnectFault fault, String clientId) {
            faults.report(fault.code(), more -> LOG.atWarn()
                    .addKeyValue("event", "connection-lost")
                    .addKeyValue("client_id", clientId)
                    .addKeyValue("reason", fault.code())
                    .addKeyValue("repeated", more)
                    .log("{}{}", fault.sentence(), RepeatedFault.more(more)));
        }

        @Override
        public void changed() {
            boolean all = Arrays.stream(slots).allMatch(s -> s.serving() != null);
            if (all && !announced) {
                LOG.atInfo()
                        .addKeyValue("event", "connections-up")
                        .addKeyValue("connections", slots.length)
                        .addKeyValue("broker", settings.broker().addresses())
                        .log("Connected to {} ({} of {})", settings.broker().addresses(), slots.length, slots.length);
            }
            announced = all;
            dispatcher.drain();
            checkEmpty();
        }

        @Override
        public void released() {
            dispatcher.drain();
        }

        @Override
        public void culpritInFlight() {
            culpritSeenAt = nanos.getAsLong();
            if (!oneByOne) {
                oneByOne = true;
                LOG.atWarn()
                        .addKeyValue("event", "culprit-searched")
                        .log(
                                "The broker ends connections for one of the messages in flight; sending one by one on each to find it");
            }
        }

        @Override
        public boolean oneByOne() {
            return oneByOne;
        }
    }
}
