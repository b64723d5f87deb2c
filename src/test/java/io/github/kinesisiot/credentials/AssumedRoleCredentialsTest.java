package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.time.VirtualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.StsException;

class AssumedRoleCredentialsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ROLE = "arn:aws:iam::222222222222:role/bridge";

    private final VirtualTime time = new VirtualTime(START);
    private final List<Instant> calls = new ArrayList<>();
    private final List<AssumedSession> begun = new ArrayList<>();
    private Duration lifetime = Duration.ofHours(1);
    private RuntimeException fault;
    private Duration stsIsAhead = Duration.ZERO;

    private final AssumedRoleCredentials credentials = new AssumedRoleCredentials(
            AssumeRoleRequest.builder().roleArn(ROLE).build(), this::sts, time, time.timer(), new SplittableRandom(1));

    // The seed's death: a session that nobody renews ends after an hour.
    @Test
    void aYearPassesWithoutAMomentWithoutAValidSession() {
        credentials.onNewSession(begun::add);
        credentials.start();
        time.advance(Duration.ZERO);
        for (Instant end = START.plus(Duration.ofDays(365)); time.instant().isBefore(end); ) {
            time.advance(Duration.ofMinutes(7));
            assertThat(credentials.current()).isPresent();
        }
        // Renewed ten to eleven minutes ahead: every 49 to 50 minutes, and never more often.
        assertThat(begun).hasSizeBetween(365 * 24 * 60 / 50, 365 * 24 * 60 / 49 + 1);
        assertThat(calls).hasSameSizeAs(begun);
        assertThat(time.scheduled())
                .as("one timer, not one more with each renewal")
                .isEqualTo(1);
    }

    // When the renewal is due, and what came of the last ones, is the first question when connections fail at each
    // hour.
    @Test
    void theHistoryTellsEachSessionEachFailureAndWhenStsIsAskedNext() {
        assertThat(credentials.nextCall()).as("before the start").isEmpty();
        fault = unreachable();
        credentials.start();
        time.advance(Duration.ofMinutes(1));
        fault = null;
        time.advance(Duration.ofMinutes(2));

        SessionHistory history = credentials.history();
        assertThat(history.failures()).singleElement().satisfies(failures -> {
            assertThat(failures.reason()).isEqualTo("UNREACHABLE");
            assertThat(failures.first()).isEqualTo(START);
            assertThat(failures.tries()).isEqualTo(calls.size() - 1);
        });
        assertThat(history.sessions()).singleElement().satisfies(begun -> assertThat(begun.number())
                .isOne());
        assertThat(credentials.nextCall().orElseThrow())
                .isBetween(START.plus(Duration.ofMinutes(49)), START.plus(Duration.ofMinutes(54)));
    }

    // A lead as long as the session is a refresh storm: the lead must shrink with the lifetime AWS really gave.
    @Test
    void theLeadIsAThirdOfAShortSession() {
        lifetime = Duration.ofSeconds(15);
        credentials.start();
        time.advance(Duration.ofMinutes(3));
        assertThat(calls).hasSizeBetween(3 * 60 / 10, 3 * 60 / 9 + 1);
    }

    // STS away for a while must cost nothing while the old session is good.
    @Test
    void theOldSessionServesWhileStsFails() {
        credentials.start();
        time.advance(Duration.ofMinutes(45));
        fault = unreachable();
        time.advance(Duration.ofMinutes(14));
        assertThat(credentials.current().orElseThrow().number()).isEqualTo(1);
        fault = null;
        time.advance(Duration.ofMinutes(1));
        assertThat(credentials.current().orElseThrow().number()).isEqualTo(2);
    }

    // Handing out expired credentials looks like a wrong permission on the other side.
    @Test
    void expiredCredentialsAreNeverHandedOut() {
        credentials.start();
        time.advance(Duration.ofMinutes(1));
        fault = unreachable();
        time.advance(Duration.ofHours(2));
        assertThat(credentials.current()).isEmpty();
        assertThatThrownBy(credentials::resolveCredentials)
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining(ROLE)
                .hasMessageContaining("UNREACHABLE");
    }

    // A refusal that waits for a person must not be asked for every second.
    @Test
    void aDeniedRoleIsAskedForLessThanSixtyTimesAnHour() {
        fault = refusal("AccessDenied", 403);
        credentials.start();
        time.advance(Duration.ofHours(1));
        assertThat(calls).hasSizeBetween(25, 52);
        assertThat(credentials.problem().orElseThrow())
                .contains("sts:AssumeRole on " + ROLE)
                .contains("account 222222222222")
                .contains("trust policy");
    }

    // The operator who has repaired the policy must not have to restart anything.
    @Test
    void aRepairedRoleIsNoticedWithinTwoMinutes() {
        fault = refusal("AccessDenied", 403);
        credentials.start();
        time.advance(Duration.ofHours(1));
        fault = null;
        time.advance(Duration.ofMinutes(2));
        assertThat(credentials.current()).isPresent();
        assertThat(credentials.problem()).isEmpty();
    }

    // A clock that is off refuses each new session too: one forced renewal per refusal would be a storm.
    @Test
    void refusalsByTheTargetForceAtMostOneRenewalAMinute() {
        credentials.start();
        time.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 60; i++) {
            credentials.refused(credentials.current().orElseThrow());
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(calls).hasSize(2);
    }

    // A report about a session that is already replaced says nothing about the new one.
    @Test
    void aRefusalOfAnOlderSessionIsIgnored() {
        credentials.start();
        time.advance(Duration.ofMinutes(1));
        AssumedSession old = credentials.current().orElseThrow();
        time.advance(Duration.ofHours(1));
        int before = calls.size();
        credentials.refused(old);
        time.advance(Duration.ofSeconds(1));
        assertThat(calls).hasSize(before);
    }

    // Whoever goes without a word is kept, and called, for ever.
    @Test
    void aListenerThatHasGoneIsNotCalledAnyMore() {
        Runnable stop = credentials.onNewSession(begun::add);
        credentials.start();
        time.advance(Duration.ofMinutes(1));
        stop.run();
        time.advance(Duration.ofHours(2));
        assertThat(begun).hasSize(1);
    }

    // Before the first session a caller that is turned away at once fails a start that only needed a second.
    @Test
    void beforeTheFirstSessionCallersWaitForIt() {
        CompletableFuture<String> caller = CompletableFuture.supplyAsync(
                () -> credentials.resolveCredentials().accessKeyId());
        assertThat(caller).isNotDone();
        credentials.start();
        time.advance(Duration.ZERO);
        assertThat(caller).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("ASIA1");
    }

    // Without a network nothing reaches STS, so nothing has to be spared: publishing waits, and every second counts.
    @Test
    void whenTheNetworkReturnsAfterHoursASessionBeginsWithinSeconds() {
        fault = unreachable();
        credentials.start();
        time.advance(Duration.ofHours(7));
        fault = null;
        time.advance(Duration.ofSeconds(3));
        assertThat(credentials.current()).isPresent();
    }

    // Two lifetimes without an answer: the quick tries must last that long, and the limit must hold after them.
    @Test
    void anOutageOfHalfAMinuteEndsWithinSecondsAndALongOneIsNoStorm() {
        fault = refusal("InternalFailure", 500);
        credentials.start();
        time.advance(Duration.ofSeconds(30));
        fault = null;
        time.advance(Duration.ofSeconds(3));
        assertThat(credentials.current()).isPresent();

        fault = refusal("InternalFailure", 500);
        int before = calls.size();
        time.advance(Duration.ofHours(3));
        assertThat(calls.size() - before).isLessThan(3 * 52);
    }

    // While the old session serves there is no hurry, but its end must not be slept through.
    @Test
    void aTryIsMadeAtTheEndOfTheOldSession() {
        credentials.start();
        time.advance(Duration.ofMinutes(1));
        fault = refusal("Throttling", 400);
        time.advance(Duration.ofMinutes(59).minusSeconds(1));
        assertThat(credentials.current()).isPresent();
        fault = null;
        time.advance(Duration.ofSeconds(3));
        assertThat(credentials.current().orElseThrow().number()).isEqualTo(2);
    }

    // A clock that runs ahead by nearly a session's life would make each session look like one of seconds.
    @Test
    void aClockThatIsOffIsSaidWithTheDifferenceAndIsNoStorm() {
        stsIsAhead = Duration.ofSeconds(-3590);
        credentials.start();
        time.advance(Duration.ofHours(1));
        assertThat(calls).hasSizeLessThan(60);
        assertThat(credentials.problem().orElseThrow())
                .contains("CLOCK_SKEW")
                .contains("The clock here is 3590 s ahead of that of STS");
        stsIsAhead = Duration.ofSeconds(100);
        time.advance(Duration.ofMinutes(3));
        assertThat(credentials.current()).isPresent();
    }

    // To a wrong signature AWS may answer with all that was to be signed.
    @Test
    void aSessionTokenInARefusalIsNotRepeated() {
        credentials.start();
        time.advance(Duration.ofSeconds(1));
        fault = (RuntimeException) StsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("SignatureDoesNotMatch")
                        .build())
                .message("It does not match. The Canonical String for this request should have been"
                        + " 'x-amz-security-token:TOPSECRET'")
                .build();
        time.advance(Duration.ofHours(2));
        assertThat(credentials.problem().orElseThrow())
                .contains("It does not match")
                .doesNotContain("TOPSECRET");
        assertThatThrownBy(credentials::resolveCredentials)
                .hasStackTraceContaining("It does not match")
                .hasNoCause();
    }

    // One listener's fault must not end the renewal for everybody.
    @Test
    void aFailingListenerDoesNotStopTheRenewal() {
        credentials.onNewSession(session -> {
            throw new IllegalStateException("listener");
        });
        credentials.onNewSession(begun::add);
        credentials.start();
        time.advance(Duration.ofHours(2));
        assertThat(begun).hasSizeGreaterThanOrEqualTo(3);
    }

    // A session whose end lies in the past would be renewed at once, again and again.
    @Test
    void anAnswerThatHasAlreadyExpiredIsAFailureAndNotAStorm() {
        lifetime = Duration.ofSeconds(-5);
        credentials.start();
        time.advance(Duration.ofMinutes(10));
        assertThat(calls).hasSizeLessThan(60);
        assertThat(credentials.problem().orElseThrow()).contains("clock");
    }

    // Session tokens in a log are credentials for whoever reads it.
    @Test
    void secretsAreNotInTheSessionsText() {
        credentials.start();
        time.advance(Duration.ofSeconds(1));
        assertThat(credentials.current().orElseThrow().toString())
                .doesNotContain("secret-1")
                .doesNotContain("token-1");
    }

    private AssumeRoleResponse sts(AssumeRoleRequest request) {
        calls.add(time.instant());
        if (fault != null) {
            throw fault;
        }
        int number = calls.size();
        Instant now = time.instant().plus(stsIsAhead);
        AssumeRoleResponse.Builder answer = AssumeRoleResponse.builder();
        answer.sdkHttpResponse(SdkHttpResponse.builder()
                .statusCode(200)
                .putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)))
                .build());
        return answer.credentials(c -> c.accessKeyId("ASIA" + number)
                        .secretAccessKey("secret-" + number)
                        .sessionToken("token-" + number)
                        .expiration(now.plus(lifetime)))
                .assumedRoleUser(u -> u.arn("arn:aws:sts::222222222222:assumed-role/bridge/test"))
                .build();
    }

    private static RuntimeException refusal(String code, int status) {
        return (RuntimeException) StsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("not authorized")
                        .build())
                .statusCode(status)
                .message("not authorized")
                .build();
    }

    private static RuntimeException unreachable() {
        return SdkClientException.builder()
                .message("Unable to execute HTTP request")
                .cause(new ConnectException("Connection refused"))
                .build();
    }
}
