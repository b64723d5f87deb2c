package io.github.kinesisiot.iot;

import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.iot.websocket.TransportOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * One attempt to connect and, if it succeeds, the one connection that comes of it. Never reconnects: the next attempt is a new object
 * with a new Paho client.
 *
 * <p>Promises that the listener hears either {@code failed}, or {@code up} and later {@code ended}, each once; and that each publish it
 * took is settled: by its PUBACK, by the time-out, or by the end of the connection, whichever comes first.
 *
 * <p>Thread-safe, except for {@link #delay}, {@link #reserve} and {@link #quotaUse}, which the pool calls under its lock. The listener is called on Paho's
 * threads and must not block.
 */
class Connection {

    interface Listener {
        void up(Connection connection);

        void failed(Connection connection, Throwable cause);

        /** The connection is gone; cause is null when we closed it. Its publishes are settled. */
        void ended(Connection connection, Throwable cause);

        /** A place in the window is free again. */
        void released(Connection connection);

        /** A publish got no PUBACK in time. Its place stays taken, as the broker may still count it. */
        void overdue(Connection connection);

        /** The broker ended the connection for one of several publishes that were in flight. */
        void culpritInFlight();

        /** Whether publishes are to be sent one by one, to find such a culprit. Called often. */
        boolean oneByOne();
    }

    private enum State {
        CONNECTING,
        UP,
        DRAINING,
        CLOSING,
        ENDED
    }

    /** Later than any rate limit lets wait: whoever has this delay is woken by something else than time. */
    static final long NEVER = Long.MAX_VALUE;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LOSS_TIMEOUT = Duration.ofMillis(500);

    // For the attempt
    private final ConnectionAttempt attempt;
    private final PoolThreads threads;
    private final Listener listener;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);
    private final LongSupplier nanos;
    private volatile MqttAsyncClient client;
    private volatile TransportOptions options;
    private volatile TimedPing ping;
    private volatile Future<?> deadline;

    // For the connection, once up
    private final RateLimit rate;
    private final InFlight inFlight = new InFlight();
    private volatile BrokerLimits brokerLimits = BrokerLimits.NONE;
    private volatile Outbox outbox;
    private volatile Transmitter transmitter;
    private volatile int mostAliases;
    private volatile boolean suspect;
    private final LongAdder acknowledged = new LongAdder();
    private volatile long since;

    Connection(ConnectionAttempt attempt, PoolThreads threads, LongSupplier nanos, Listener listener) {
        this.attempt = attempt;
        this.threads = threads;
        this.nanos = nanos;
        this.listener = listener;
        PoolSettings.Limits limits = attempt.settings().limits();
        this.mostAliases = limits.topicAliases();
        this.rate = new RateLimit(limits.publishRate(), limits.bytesPerSecond());
        this.since = nanos.getAsLong();
    }

    /** Begins the attempt. May block for as long as credentials take. */
    void open(Clock clock) {
        try {
            deadline = threads.timer()
                    .schedule(
                            () -> failed(new TimeoutException("no CONNACK")),
                            attempt.settings().timings().connect().toMillis(),
                            TimeUnit.MILLISECONDS);
            options = attempt.options(clock);
            ping = new TimedPing(threads.timer(), threads.workers());
            client = new MqttAsyncClient(options.clientUri(), attempt.clientId(), new MemoryPersistence(), ping, null);
            client.setCallback(new PahoCallback(this::lost));
            client.connect(options, null, PahoListener.of(this::connected, this::failed));
            if (state.get() == State.ENDED) {
                kill(); // the deadline came first
            }
        } catch (MqttException | RuntimeException e) {
            failed(e);
        }
    }

    ConnectionAttempt attempt() {
        return attempt;
    }

    AssumedSession session() {
        return attempt.session();
    }

    int inFlight() {
        return inFlight.count();
    }

    /** Publishes that were answered with success. */
    long acknowledged() {
        return acknowledged.sum();
    }

    /** When it came up, or was begun while it is not up yet, in nanoseconds of the pool's ticker. */
    long since() {
        return since;
    }

    /** Whether a publish has waited in vain for its PUBACK: another connection is to be preferred. */
    boolean suspect() {
        return suspect;
    }

    /** To be called before {@link #open}. */
    void useNoAliases() {
        mostAliases = 0;
    }

    /** Begins with less than its rate, since the broker complained about the connection before it. */
    void beginSlowly() {
        rate.complaint(nanos.getAsLong());
    }

    /** Nanoseconds until it may take another publish; {@link #NEVER} while its window is full or it takes none any more. */
    long delay(long now, Publish publish) {
        return state.get() != State.UP || inFlight.count() >= window()
                ? NEVER
                : rate.delay(now, publish.message().packetBytes());
    }

    /** Takes a place in the window for a publish that {@link #send} must then be called with; false when it takes none any more. */
    boolean reserve(long now, Publish publish) {
        inFlight.takePlace();
        // In this order: whoever drains the connection sets the state first and counts afterwards.
        if (state.get() != State.UP) {
            inFlight.giveBackPlace();
            closeWhenDrained();
            return false;
        }
        rate.record(now, publish.message().packetBytes());
        return true;
    }

    void send(Publish publish, long now) {
        publish.sentAt(now);
        inFlight.add(publish);
        try {
            brokerLimits.check(publish.message());
            transmitter.transmit(publish);
        } catch (PublishException e) {
            rate.notSent();
            release(publish, e);
        }
        if (state.get() == State.ENDED) {
            release(publish, lostBy(null)); // its end may have come before the publish was in the set
        }
    }

    QuotaUse quotaUse(long now) {
        return new QuotaUse(rate.publishes(now), rate.bytes(now), new QuotaUse.Share(inFlight.count(), window()));
    }

    /** Settles what has waited longer than the time-out for its PUBACK. */
    void expire(long now) {
        if (inFlight.expire(now, attempt.settings().timings().publish())) {
            suspect = true;
            listener.overdue(this);
        }
    }

    /** Takes no more publishes and closes once those in flight are answered, at the latest after their time-out. */
    void drain() {
        if (state.compareAndSet(State.UP, State.DRAINING)) {
            threads.timer()
                    .schedule(
                            this::close, attempt.settings().timings().publish().toMillis(), TimeUnit.MILLISECONDS);
            closeWhenDrained();
        }
    }

    /** Ends the attempt or the connection without ceremony, from any thread. */
    void abort() {
        failed(new TimeoutException("given up"));
        end(null);
    }

    private void connected(IMqttToken token) {
        brokerLimits = BrokerLimits.of(token.getResponseProperties());
        Outbox packets = new Outbox(options.output(), this::writeFailed);
        transmitter = new Transmitter(
                packets, Math.min(mostAliases, options.words().topicAliasMaximum()), this::acknowledged);
        options.words().answersTo(transmitter);
        outbox = packets;
        // Paho has begun with the keep-alive we asked for; by now it knows the one that the broker wants.
        ping.start();
        since = nanos.getAsLong();
        if (state.compareAndSet(State.CONNECTING, State.UP)) {
            cancelDeadline();
            threads.workers().execute(packets);
            listener.up(this);
        } else {
            kill();
        }
    }

    private void failed(Throwable cause) {
        if (state.compareAndSet(State.CONNECTING, State.ENDED)) {
            cancelDeadline();
            kill();
            listener.failed(this, cause);
        }
    }

    // Also comes when the connection was lost between CONNACK and the callback for it: Paho drops that callback then.
    private void lost(MqttDisconnectResponse response) {
        Throwable cause = BrokerDisconnect.of(response);
        failed(cause);
        end(cause);
    }

    private void acknowledged(Publish publish, int code, String said) {
        long now = nanos.getAsLong();
        if (publish.message().qos() > 0) {
            rate.answered(publish.sentAt(), now);
        } else {
            rate.written(now);
        }
        PublishException failure = null;
        if (code >= 0x80) {
            String topic = publish.message().topic();
            // Which of the two was missing the broker does not tell.
            String action = publish.message().retained() ? "iot:Publish and iot:RetainPublish" : "iot:Publish";
            String hint = attempt.settings().hint(session(), action, resources -> resources.topic(topic));
            failure = AckReason.failure(code, topic, hint, said);
            if (failure.reasonCode().equals(AckReason.QUOTA_EXCEEDED.name())) {
                rate.complaint(now);
            }
        } else {
            acknowledged.increment();
        }
        release(publish, failure);
    }

    // Paho reads why the connection goes, and tells the reason afterwards: what is in flight waits for that.
    // Should Paho not come to know, this connection ends all the same.
    private void writeFailed(Throwable cause) {
        threads.after(LOSS_TIMEOUT.toMillis(), () -> end(cause));
    }

    private void release(Publish publish, PublishException failure) {
        if (inFlight.remove(publish)) {
            transmitter.settled(publish);
            publish.settle(failure);
            closeWhenDrained();
            listener.released(this);
        }
    }

    private void closeWhenDrained() {
        if (state.get() == State.DRAINING && inFlight.count() == 0) {
            close();
        }
    }

    private void close() {
        if (!state.compareAndSet(State.DRAINING, State.CLOSING)) {
            return;
        }
        threads.timer().schedule(() -> end(null), CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        threads.workers().execute(() -> {
            try {
                options.closePolitely();
                client.disconnect(
                        0, null, PahoListener.of(token -> end(null), cause -> end(null)), 0, new MqttProperties());
            } catch (MqttException e) {
                end(null); // it was gone already
            }
        });
    }

    private void end(Throwable cause) {
        if (state.getAndSet(State.ENDED) == State.ENDED) {
            return;
        }
        kill();
        Outbox packets = outbox;
        if (packets != null) {
            packets.close();
        }
        PublishException failure = failure(cause);
        inFlight.forEach(publish -> release(publish, failure));
        listener.ended(this, cause);
    }

    /** What the end of the connection means for what was in flight. */
    private PublishException failure(Throwable cause) {
        DisconnectReason reason = BrokerDisconnect.reason(cause).orElse(null);
        boolean alone = inFlight.sent() == 1;
        if (reason != null && reason.effect() == DisconnectReason.Effect.MESSAGE) {
            if (alone) {
                return new PublishRefusedException(
                        reason.name(), cause.getMessage() + ", with only this publish in flight");
            }
            listener.culpritInFlight();
        }
        if (reason == DisconnectReason.NOT_AUTHORIZED && alone) {
            return new PublishFailedException(reason.name(), cause.getMessage(), cause);
        }
        return lostBy(cause);
    }

    private PublishFailedException lostBy(Throwable cause) {
        String reason = cause == null ? "" : ": " + ConnectFault.rootMessage(cause);
        return new PublishFailedException(
                "CONNECTION_LOST", "the connection ended before the PUBACK came" + reason, cause);
    }

    private int window() {
        return listener.oneByOne()
                ? 1
                : Math.min(attempt.settings().limits().maxInFlight(), brokerLimits.receiveMaximum());
    }

    private void cancelDeadline() {
        Future<?> pending = deadline;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    private void kill() {
        TransportOptions open = options;
        if (open != null) {
            open.abort();
        }
    }
}
