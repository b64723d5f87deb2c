package io.github.kinesisiot.credentials;

import io.github.kinesisiot.log.RepeatedFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/**
 * The credentials of the target account's role, for ever: assumes the role when started and again before each session ends, always with the
 * source credentials, because the assumed role may not assume itself.
 *
 * <p>Promises: never returns expired credentials; nobody waits while a valid session exists; one call to STS at a time; at most 52 calls an
 * hour reach STS that fail or were forced ({@link CallBudget}). Does not promise that a session exists: while STS gives none past an expiry,
 * {@link #resolveCredentials()} throws and the calls go on with back-off.
 *
 * <p>Thread-safe. All calls to STS, and all listeners, run on the one thread of the given timer.
 */
public final class AssumedRoleCredentials implements SessionSource {

    private static final Logger LOG = LoggerFactory.getLogger(AssumedRoleCredentials.class);
    private static final Duration WAIT_FOR_FIRST_SESSION = Duration.ofSeconds(10);
    private static final Duration GAP_BETWEEN_FORCED_CALLS = Duration.ofMinutes(1);
    private static final Duration SKEW_WORTH_A_WARNING = Duration.ofMinutes(1);
    /** AWS refuses signatures that are older or younger than this. */
    private static final Duration LARGEST_SKEW = Duration.ofMinutes(5);

    // For the life of the process.
    private final AssumeRoleRequest request;
    private final AssumeRole assumeRole;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Alarm alarm;
    private final RenewalSchedule schedule;
    private final List<Consumer<AssumedSession>> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<AssumedSession> firstSession = new CompletableFuture<>();
    private final SessionCounts counts = new SessionCounts();
    private final SessionHistory history = new SessionHistory();
    private final RepeatedFault faults;

    // For one session.
    private volatile AssumedSession session;
    /** The last failure since the session in force began. */
    private volatile String failure;

    private volatile Duration clockBehind = Duration.ZERO;

    // Touched under the lock of this object only.
    private final CallBudget budget = new CallBudget();
    private Instant lastForcedCall = Instant.MIN;
    private int failuresInARow;

    /**
     * @param timer single-threaded; used by nobody else, shut down by {@link #close()}
     */
    public AssumedRoleCredentials(
            AssumeRoleRequest request,
            AssumeRole assumeRole,
            Clock clock,
            ScheduledExecutorService timer,
            RandomGenerator random) {
        this.request = request;
        this.assumeRole = assumeRole;
        this.clock = clock;
        this.timer = timer;
        this.alarm = new Alarm(timer, clock, this::call);
        this.schedule = new RenewalSchedule(random);
        this.faults = new RepeatedFault(clock);
    }

    /** Asks for the first session at once, in the background. */
    public void start() {
        alarm.setIn(Duration.ZERO);
    }

    @Override
    public AwsSessionCredentials resolveCredentials() {
        return current()
                .or(this::awaitFirst)
                .orElseThrow(() -> new SessionUnavailableException("no valid session of " + request.roleArn()
                        + problem().map(sentence -> ": " + sentence).orElse("")))
                .credentials();
    }

    @Override
    public Optional<AssumedSession> current() {
        return Optional.ofNullable(session).filter(current -> clock.instant().isBefore(current.expiresAt()));
    }

    @Override
    public Runnable onNewSession(Consumer<AssumedSession> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public synchronized void refused(AssumedSession by) {
        AssumedSession current = session;
        boolean isCurrent = current != null && current.number() == by.number();
        Instant now = clock.instant();
        // A clock that is off refuses every session: without the gap each refusal would ask for another one.
        boolean longAgo = lastForcedCall.isBefore(now.minus(GAP_BETWEEN_FORCED_CALLS));
        boolean affordable = budget.left(now) > RenewalSchedule.RESERVE;
        if (isCurrent && longAgo && affordable && failuresInARow == 0) {
            lastForcedCall = now;
            budget.spend(now);
            LOG.atWarn()
                    .addKeyValue("event", "session-refused")
                    .addKeyValue("session", by.number())
                    .log("The target refused {}: asking STS for a new one", by);
            alarm.setIn(Duration.ZERO);
        }
    }

    /** Renewals and failures so far, for meters. */
    public SessionCounts counts() {
        return counts;
    }

    /** The last sessions and failures. */
    public SessionHistory history() {
        return history;
    }

    /** When STS is asked next; empty before {@link #start}. */
    public Optional<Instant> nextCall() {
        return alarm.due();
    }

    /** What is wrong at the moment and what to do about it; empty while the last call succeeded. */
    public Optional<String> problem() {
        return Optional.ofNullable(failure);
    }

    /** How far the clock of this machine was behind that of STS at its last answer, to a second; negative when it was ahead. */
    public Duration clockBehind() {
        return clockBehind;
    }

    public String roleArn() {
        return request.roleArn();
    }

    /** Ends the renewal. This class is not AutoCloseable: a client of the SDK closes the provider it was given when it is closed itself. */
    public void close() {
        timer.shutdownNow();
    }

    private Optional<AssumedSession> awaitFirst() {
        try {
            return Optional.of(firstSession.get(WAIT_FOR_FIRST_SESSION.toMillis(), TimeUnit.MILLISECONDS))
                    .flatMap(first -> current());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    private void call() {
        Duration next;
        try {
            AssumedSession begun = begin(assumeRole.send(request));
            next = schedule.untilRenewal(clock.instant(), begun.expiresAt());
        } catch (Exception e) {
            if (timer.isShutdown()) {
                return; // closed in the middle of the call: no failure of anybody's
            }
            next = fail(e);
        }
        alarm.setIn(next);
    }

    private AssumedSession begin(AssumeRoleResponse answer) {
        Instant now = clock.instant();
        var given = answer.credentials();
        checkClock(answer, now);
        var begun = new AssumedSession(
                session == null ? 1 : session.number() + 1,
                AwsSessionCredentials.builder()
                        .accessKeyId(given.accessKeyId())
                        .secretAccessKey(given.secretAccessKey())
                        .sessionToken(given.sessionToken())
                        .expirationTime(given.expiration())
                        .build(),
                now,
                given.expiration(),
                answer.assumedRoleUser().arn());
        synchronized (this) {
            session = begun;
            failure = null;
            failuresInARow = 0;
        }
        faults.allOver();
        counts.renewed();
        history.begun(begun);
        LOG.atInfo()
                .addKeyValue("event", "session-renewed")
                .addKeyValue("session", begun.number())
                .addKeyValue("role", begun.assumedRoleArn())
                .addKeyValue("expires", begun.expiresAt())
                .log("Session {} of {} until {}", begun.number(), begun.assumedRoleArn(), begun.expiresAt());
        firstSession.complete(begun);
        for (Consumer<AssumedSession> listener : listeners) {
            try {
                listener.accept(begun);
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("event", "session-listener-failed")
                        .addKeyValue("session", begun.number())
                        .setCause(e)
                        .log("A listener failed on {}", begun);
            }
        }
        return begun;
    }

    private void checkClock(AssumeRoleResponse answer, Instant now) {
        Duration ahead = ServerClock.ahead(answer.sdkHttpResponse(), now).orElse(Duration.ZERO);
        clockBehind = ahead;
        if (ahead.abs().compareTo(LARGEST_SKEW) > 0) {
            throw new ClockOffException(ServerClock.sentence(ahead));
        }
        if (ahead.abs().compareTo(SKEW_WORTH_A_WARNING) > 0) {
            LOG.atWarn()
                    .addKeyValue("event", "clock-off")
                    .addKeyValue("seconds", ahead.toSeconds())
                    .log("{} AWS refuses signatures from five minutes on: set the clock", ServerClock.sentence(ahead));
        }
        Instant end = answer.credentials().expiration();
        if (end == null || !end.isAfter(now)) {
            throw new ClockOffException("the session in STS's answer ended at " + end + ", it is " + now + " here");
        }
    }

    private Duration fail(Throwable cause) {
        StsTrouble trouble = StsTrouble.of(cause);
        String sentence = trouble.sentence(request.roleArn(), cause) + clockIn(cause);
        counts.failed(trouble);
        Instant now = clock.instant();
        history.failed(trouble, now);
        AssumedSession serving = current().orElse(null);
        Duration delay;
        int tries;
        synchronized (this) {
            failure = sentence;
            tries = ++failuresInARow;
            if (trouble.seenBySts()) {
                budget.spend(now);
            }
            Duration left = serving == null ? Duration.ZERO : Duration.between(now, serving.expiresAt());
            delay = schedule.untilRetry(trouble, tries, left, budget, now);
        }
        faults.report(trouble.name(), more -> LOG.atError()
                .addKeyValue("event", "session-failed")
                .addKeyValue("reason", trouble)
                .addKeyValue("tries", tries)
                .addKeyValue("repeated", more)
                .log(
                        "{}. Try {} failed, next in {} s; {}{}",
                        sentence,
                        tries,
                        delay.toSeconds(),
                        serving == null
                                ? "there is no valid session"
                                : "session " + serving.number() + " serves until " + serving.expiresAt(),
                        RepeatedFault.more(more)));
        return delay;
    }

    private String clockSentence(Duration ahead) {
        clockBehind = ahead;
        return " " + ServerClock.sentence(ahead);
    }

    private String clockIn(Throwable cause) {
        return StsTrouble.of(cause) == StsTrouble.CLOCK_SKEW && cause instanceof AwsServiceException refusal
                ? Optional.ofNullable(refusal.awsErrorDetails())
                        .flatMap(details -> ServerClock.ahead(details.sdkHttpResponse(), clock.instant()))
                        .map(this::clockSentence)
                        .orElse("")
                : "";
    }
}
