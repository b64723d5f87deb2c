package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import io.github.kinesisiot.time.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** A year of sessions and of the connections that they sign, on virtual time, with STS and the broker away now and then. */
class PoolYearTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofDays(365));
    private static final int CONNECTIONS = 10;
    /** The longest pause between two attempts, the longest attempt, and the tick of the test. */
    private static final Duration TO_COME_BACK = Duration.ofSeconds(30 + 15 + 60);

    private record Absence(Instant begin, Instant end) {
        boolean at(Instant now) {
            return !now.isBefore(begin) && now.isBefore(end);
        }

        boolean near(Instant now, Duration after) {
            return !now.isBefore(begin) && now.isBefore(end.plus(after));
        }
    }

    private final VirtualTime time = new VirtualTime(START);
    private final Set<PaperConnection> alive = new HashSet<>();
    private final Map<String, Instant> lastConnect = new HashMap<>();
    /** A timer's task swallows what it throws. */
    private final List<String> wrong = new ArrayList<>();

    private List<Absence> stsAway;
    private List<Absence> brokerAway;
    private SplittableRandom random;
    private Duration lifetime;
    private int opened;
    private int sessions;
    private int closedAtExpiry;
    private int paperTimers;
    private Instant lastClosedAtExpiry = Instant.MIN;

    /** A year of the log is hundreds of thousands of lines. */
    @BeforeEach
    void silence() {
        Configurator.setLevel(Pool.class, Level.OFF);
    }

    @AfterEach
    void speakAgain() {
        Configurator.setLevel(Pool.class, Level.INFO);
    }

    // One connection that stays behind at each renewal, one slot that forgets to move, a drift of a second a session:
    // all take weeks to
    // show, and then the broker closes everything at once or the process runs out of sockets.
    @ParameterizedTest
    @CsvSource({"1, 3600", "2, 43200"})
    void eachOfAYearsSessionsMovesAllConnectionsAheadOfItsEnd(long seed, int lifetimeSeconds) {
        random = new SplittableRandom(seed);
        lifetime = Duration.ofSeconds(lifetimeSeconds);
        stsAway = absences(lifetime.multipliedBy(2));
        brokerAway = absences(Duration.ofMinutes(10));
        var credentials = new AssumedRoleCredentials(
                AssumeRoleRequest.builder()
                        .roleArn("arn:aws:iam::222222222222:role/bridge")
                        .build(),
                this::assumeRole,
                time,
                time.timer(),
                random.split());
        Pool pool = pool(credentials);
        credentials.start();
        pool.start();

        int withoutTrouble = 0;
        for (int minute = 0; time.instant().isBefore(END); minute++) {
            time.advance(Duration.ofMinutes(1));
            Instant now = time.instant();
            SinkStatus status = pool.status();
            assertThat(wrong).isEmpty();
            assertThat(alive).as("connections at %s", now).hasSizeLessThanOrEqualTo(2 * CONNECTIONS);
            // The session's, and of each slot: its move, its next attempt, the proof that it is stable.
            assertThat(time.scheduled() - paperTimers).as("timers at %s", now).isLessThanOrEqualTo(1 + 3 * CONNECTIONS);
            boolean trouble = near(brokerAway, now, TO_COME_BACK)
                    || near(stsAway, now, TO_COME_BACK.plusMinutes(2))
                    || lastClosedAtExpiry.isAfter(now.minus(TO_COME_BACK))
                    || minute == 0;
            if (!trouble) {
                withoutTrouble++;
                assertThat(status.up()).as("connections at %s", now).isEqualTo(CONNECTIONS);
            }
        }
        System.out.printf(
                "a year of sessions of %d s: %d sessions, %d connections, %d of them closed at their session's end, %d of %d minutes without trouble%n",
                lifetimeSeconds,
                sessions,
                opened,
                closedAtExpiry,
                withoutTrouble,
                Duration.between(START, END).toMinutes());
        assertThat(withoutTrouble).isGreaterThan(365 * 24 * 60 / 3);
        assertThat(closedAtExpiry)
                .as("absences of STS that outlast a session have been strewn in")
                .isPositive();
        assertThat(opened).isGreaterThanOrEqualTo((sessions - 1) * CONNECTIONS / 2);
    }

    private Pool pool(AssumedRoleCredentials credentials) {
        var settings = new TestPool.Settings();
        settings.connections = CONNECTIONS;
        settings.signing = Optional.of(new PoolSettings.Signing(credentials, "eu-west-1"));
        settings.maxBackoff = Duration.ofSeconds(30);
        LongSupplier nanos = () -> Duration.between(START, time.instant()).toNanos();
        ScheduledExecutorService timer = withoutPeriodicTasks(time.timer());
        return new Pool(
                settings.of("ws://localhost:1/mqtt"),
                new PoolThreads(timer, timer, timer, new Continuations(timer, 1, nanos)),
                new PublishMeters(new SimpleMeterRegistry()),
                new Pool.Environment(time, nanos, random.split(), PaperConnection::new));
    }

    /** The look for overdue publishes comes five times a second, and there are none. */
    private static ScheduledExecutorService withoutPeriodicTasks(ScheduledExecutorService timer) {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                PoolYearTest.class.getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("scheduleWithFixedDelay")
                                ? null
                                : method.invoke(timer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
        Instant now = time.instant();
        if (stsAway.stream().anyMatch(absence -> absence.at(now))) {
            throw SdkClientException.builder()
                    .message("Unable to execute HTTP request")
                    .cause(new ConnectException("Connection refused"))
                    .build();
        }
        sessions++;
        return AssumeRoleResponse.builder()
                .credentials(c -> c.accessKeyId("ASIA")
                        .secretAccessKey("secret")
                        .sessionToken("token")
                        .expiration(now.plus(lifetime)))
                .assumedRoleUser(u -> u.arn("arn:aws:sts::222222222222:assumed-role/bridge/test"))
                .build();
    }

    private List<Absence> absences(Duration longest) {
        List<Absence> absences = new ArrayList<>();
        Instant at = START.plus(Duration.ofHours(2));
        while (at.isBefore(END)) {
            Instant end = at.plusSeconds(1 + random.nextLong(random.nextBoolean() ? 60 : longest.toSeconds()));
            absences.add(new Absence(at, end));
            at = end.plusSeconds(random.nextLong(4 * 86_400));
        }
        return absences;
    }

    private static boolean near(List<Absence> absences, Instant now, Duration after) {
        return absences.stream().anyMatch(absence -> absence.near(now, after));
    }

    /** A connection without a network, to a broker that closes it when its session ends. */
    private final class PaperConnection extends Connection {

        private final ConnectionAttempt attempt;
        private final Listener listener;

        PaperConnection(ConnectionAttempt attempt, PoolThreads threads, LongSupplier nanos, Listener listener) {
            super(attempt, threads, nanos, listener);
            this.attempt = attempt;
            this.listener = listener;
        }

        @Override
        void open(Clock clock) {
            Instant now = time.instant();
            Instant before = lastConnect.put(attempt.clientId(), now);
            if (before != null && now.isBefore(before.plusSeconds(1))) {
                wrong.add("a CONNECT of " + attempt.clientId() + " at " + now + " after one at " + before);
            }
            if (!attempt.session().expiresAt().isAfter(now)) {
                wrong.add("a CONNECT at " + now + " with " + attempt.session());
            }
            opened++;
            alive.add(this);
            after(50 + random.nextLong(2_000), this::answered);
        }

        private void answered() {
            Optional<Absence> away = brokerAway.stream()
                    .filter(absence -> absence.at(time.instant()))
                    .findFirst();
            if (away.isPresent()) {
                alive.remove(this);
                listener.failed(this, new ConnectException("Connection refused"));
                return;
            }
            listener.up(this);
            Instant now = time.instant();
            brokerAway.stream()
                    .filter(absence -> absence.begin().isAfter(now))
                    .findFirst()
                    .filter(absence -> absence.begin().isBefore(session().expiresAt()))
                    .ifPresent(absence -> after(
                            Duration.between(now, absence.begin()).toMillis() + 1,
                            () -> end(new IOException("reset"))));
            after(Duration.between(now, session().expiresAt()).toMillis() + 1, this::expired);
        }

        private void expired() {
            if (alive.contains(this)) {
                Instant now = time.instant();
                if (!near(stsAway, now, Duration.ofMinutes(3))) {
                    wrong.add(attempt.clientId() + " closed at " + now + " for the end of " + session());
                }
                closedAtExpiry++;
                lastClosedAtExpiry = now;
                end(new IOException("closed"));
            }
        }

        /** The last publish in flight is answered after a while. */
        @Override
        void drain() {
            after(random.nextLong(30_000), () -> end(null));
        }

        private void end(Throwable cause) {
            if (alive.remove(this)) {
                listener.ended(this, cause);
            }
        }

        private void after(long millis, Runnable task) {
            paperTimers++;
            time.timer()
                    .schedule(
                            () -> {
                                paperTimers--;
                                task.run();
                            },
                            millis,
                            TimeUnit.MILLISECONDS);
        }
    }
}
