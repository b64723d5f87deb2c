package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.time.VirtualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.StsException;

/** A year of sessions on virtual time, with outages of every kind strewn in and a target that refuses now and then. */
class RenewalYearTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofDays(365));
    private static final Duration HOUR = Duration.ofHours(1);

    private static final RuntimeException UNREACHABLE = SdkClientException.builder()
            .message("Unable to execute HTTP request")
            .cause(new ConnectException("Connection refused"))
            .build();

    /** What STS may do instead of giving a session; null for an answer whose session has already ended. */
    private static final List<Supplier<RuntimeException>> FAULTS = List.of(
            () -> UNREACHABLE,
            () -> ApiCallTimeoutException.create(15_000),
            () -> refusal("Throttling", 400),
            () -> refusal("InternalFailure", 500),
            () -> refusal("AccessDenied", 403),
            () -> refusal("ValidationError", 400),
            () -> refusal("ExpiredToken", 400),
            () -> refusal("RegionDisabledException", 403),
            () -> refusal("RequestExpired", 400),
            () -> new IllegalStateException("no AssumeRoleResponse"),
            () -> null);

    /** @param fault of FAULTS, or -1 for another one at each call */
    private record Outage(Instant begin, Instant end, int fault) {
        boolean at(Instant now) {
            return !now.isBefore(begin) && now.isBefore(end);
        }
    }

    private record Call(Instant at, boolean ok, boolean seen) {}

    private final VirtualTime time = new VirtualTime(START);
    private final List<Call> calls = new ArrayList<>();
    private final List<AssumedSession> begun = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();
    private Duration lifetime;
    private SplittableRandom random;
    private int outage;
    private int forced;

    // Each of the ways a renewal may die, drift, pile up or storm needs weeks to show.
    @ParameterizedTest
    @CsvSource({"1, 900", "2, 3600", "3, 43200"})
    void everyOutageOfAYearIsSurvivedWithinTheLimitOfCalls(long seed, int lifetimeSeconds) {
        random = new SplittableRandom(seed);
        lifetime = Duration.ofSeconds(lifetimeSeconds);
        planOutages();
        var credentials = new AssumedRoleCredentials(
                AssumeRoleRequest.builder()
                        .roleArn("arn:aws:iam::222222222222:role/bridge")
                        .build(),
                this::sts,
                time,
                time.timer(),
                random.split());
        credentials.onNewSession(begun::add);
        credentials.start();
        long withoutSession = 0;
        while (time.instant().isBefore(END)) {
            time.advance(Duration.ofMinutes(1));
            refuseNowAndThen(credentials);
            assertThat(time.scheduled()).as("one timer at any time").isEqualTo(1);
            if (credentials.current().isEmpty()) {
                withoutSession++;
                assertThat(inOrAfterOutage(time.instant(), Duration.ofSeconds(123)))
                        .as("no session at %s", time.instant())
                        .isTrue();
            }
        }
        long gained = calls.stream().filter(Call::ok).count();
        System.out.printf(
                "a year of sessions of %d s: %d calls, %d sessions, %d forced, %d outages, %d minutes without a session,"
                        + " at most %d calls an hour%n",
                lifetimeSeconds, calls.size(), gained, forced, outages.size(), withoutSession, mostInAnHour(calls));
        assertThat(begun).hasSize((int) gained);
        assertThat(begun.get(begun.size() - 1).number()).isEqualTo(gained);
        assertThat(credentials.counts().renewals()).isEqualTo(gained);
        assertThat(mostInAnHour(calls.stream().filter(call -> !call.ok()).toList()))
                .isLessThanOrEqualTo(52);
        assertThat(mostInAnHour(calls)).isLessThan(60);
        assertThat(withoutSession)
                .as("outages that outlast a session have been strewn in")
                .isPositive();
        assertRecoveries();
        assertLeads();
    }

    // From seconds to half a day, some soon after the last one.
    private void planOutages() {
        Instant at = START.plus(random.nextBoolean() ? Duration.ZERO : HOUR);
        while (at.isBefore(END)) {
            long longest = random.nextInt(4) == 0 ? 2 * lifetime.toSeconds() : random.nextInt(3) == 0 ? 7200 : 120;
            Instant end = at.plusSeconds(1 + random.nextLong(longest));
            outages.add(new Outage(at, end, random.nextInt(FAULTS.size() + 1) - 1));
            at = end.plusSeconds(1 + random.nextLong(random.nextInt(5) == 0 ? 600 : 86_400));
        }
    }

    private void refuseNowAndThen(AssumedRoleCredentials credentials) {
        // A quarter of an hour of it each day: a role made anew, or a clock that went wrong.
        if (refusing(time.instant())) {
            int before = calls.size();
            credentials.current().ifPresent(credentials::refused);
            time.advance(Duration.ZERO);
            forced += calls.size() - before;
        }
    }

    private AssumeRoleResponse sts(AssumeRoleRequest request) {
        Instant now = time.instant();
        while (outage < outages.size() && !now.isBefore(outages.get(outage).end())) {
            outage++;
        }
        boolean away = outage < outages.size() && outages.get(outage).at(now);
        Instant expiration = now.plus(lifetime);
        if (away) {
            int fault = outages.get(outage).fault();
            RuntimeException failure = FAULTS.get(fault < 0 ? random.nextInt(FAULTS.size()) : fault)
                    .get();
            calls.add(new Call(now, false, failure != UNREACHABLE));
            if (failure != null) {
                throw failure;
            }
            expiration = now.minusSeconds(5);
        } else {
            calls.add(new Call(now, true, true));
        }
        Instant end = expiration;
        return AssumeRoleResponse.builder()
                .credentials(c -> c.accessKeyId("ASIA")
                        .secretAccessKey("secret")
                        .sessionToken("token")
                        .expiration(end))
                .assumedRoleUser(u -> u.arn("arn:aws:sts::222222222222:assumed-role/bridge/test"))
                .build();
    }

    /** The largest number of calls that STS has seen within an hour. */
    private static int mostInAnHour(List<Call> calls) {
        List<Instant> seen = calls.stream().filter(Call::seen).map(Call::at).toList();
        int most = 0;
        for (int first = 0, last = 0; last < seen.size(); last++) {
            while (!seen.get(last).isBefore(seen.get(first).plus(HOUR))) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private boolean inOrAfterOutage(Instant now, Duration after) {
        return outages.stream()
                .anyMatch(o -> !now.isBefore(o.begin()) && now.isBefore(o.end().plus(after)));
    }

    /** A new session soon after each outage that a call ran into; after one that kept STS unseen, within seconds if there was none. */
    private void assertRecoveries() {
        int next = 0;
        int quick = 0;
        for (int i = 0; i + 1 < outages.size(); i++) {
            Outage past = outages.get(i);
            while (next < calls.size() && calls.get(next).at().isBefore(past.end())) {
                next++;
            }
            boolean noticed = next > 0
                    && !calls.get(next - 1).ok()
                    && past.at(calls.get(next - 1).at());
            if (noticed
                    && next < calls.size()
                    && calls.get(next).at().isBefore(outages.get(i + 1).begin())) {
                Call first = calls.get(next);
                Duration took = Duration.between(past.end(), first.at());
                assertThat(first.ok()).isTrue();
                // While the old session serves the next try may come as late as that session's end.
                if (expired(past.end()) || past.fault() == 0) {
                    assertThat(took).as("after %s", past).isLessThanOrEqualTo(Duration.ofSeconds(123));
                }
                if (past.fault() == 0 && expired(past.end()) && quietBefore(past)) {
                    assertThat(took).as("after %s", past).isLessThanOrEqualTo(Duration.ofSeconds(3));
                    quick++;
                }
            }
        }
        assertThat(quick).as("outages of the network beyond a session's end").isPositive();
    }

    private boolean expired(Instant at) {
        return begun.stream().filter(session -> session.issuedAt().isBefore(at)).allMatch(session -> session.expiresAt()
                .isBefore(at));
    }

    private boolean quietBefore(Outage past) {
        return outages.stream()
                .noneMatch(o ->
                        o.end().isAfter(past.begin().minus(HOUR)) && o.end().isBefore(past.end()));
    }

    /** Where nothing was in the way: renewed ahead of the end by the lead and at most a tenth more. */
    private void assertLeads() {
        Duration third = lifetime.dividedBy(3);
        Duration lead = third.compareTo(Duration.ofMinutes(10)) < 0 ? third : Duration.ofMinutes(10);
        int undisturbed = 0;
        for (int i = 1; i < begun.size(); i++) {
            AssumedSession before = begun.get(i - 1);
            Instant renewed = begun.get(i).issuedAt();
            Duration ahead = Duration.between(renewed, before.expiresAt());
            if (ahead.compareTo(lead) >= 0
                    && ahead.compareTo(lead.multipliedBy(11).dividedBy(10)) <= 0) {
                undisturbed++;
            } else {
                // Early because the target refused, or early or late because a try failed.
                assertThat(refusing(renewed) || inOrAfterOutage(renewed, Duration.ofMinutes(45)))
                        .as("session %d renewed %s ahead", before.number(), ahead)
                        .isTrue();
            }
        }
        assertThat(undisturbed).isGreaterThan(begun.size() / 10);
    }

    private static boolean refusing(Instant at) {
        return Duration.between(START, at).toMinutes() % 1440 < 15;
    }

    private static RuntimeException refusal(String code, int status) {
        return (RuntimeException) StsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .statusCode(status)
                .message(code)
                .build();
    }
}
