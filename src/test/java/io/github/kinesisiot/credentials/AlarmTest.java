package io.github.kinesisiot.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.time.VirtualTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmTest {

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<Instant> rung = new ArrayList<>();
    private Duration clockIsAhead = Duration.ZERO;

    /** The wall clock, which can be set, while the timer runs on. */
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return time.instant().plus(clockIsAhead);
        }

        @Override
        public ZoneId getZone() {
            return time.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };

    private final Alarm alarm = new Alarm(time.timer(), clock, () -> rung.add(time.instant()));

    // A machine that slept for an hour wakes with an expired session: waiting for the rest of the timer would be an
    // outage.
    @Test
    void aJumpOfTheClockPastTheMomentIsNoticedWithinHalfAMinute() {
        alarm.setIn(Duration.ofMinutes(50));
        time.advance(Duration.ofMinutes(1));
        clockIsAhead = Duration.ofHours(1);
        time.advance(Duration.ofSeconds(30));
        assertThat(rung).hasSize(1);
    }

    // A clock set back must not put the renewal off beyond the end of the session.
    @Test
    void aClockThatIsSetBackDoesNotDelayIt() {
        Instant start = time.instant();
        alarm.setIn(Duration.ofMinutes(50));
        time.advance(Duration.ofMinutes(1));
        clockIsAhead = Duration.ofHours(-1);
        time.advance(Duration.ofHours(1));
        assertThat(rung).containsExactly(start.plus(Duration.ofMinutes(50)));
    }

    // Two moments at once would be two calls at once.
    @Test
    void onlyTheLastMomentSetCounts() {
        Instant start = time.instant();
        alarm.setIn(Duration.ofMinutes(50));
        alarm.setIn(Duration.ofMinutes(1));
        time.advance(Duration.ofHours(2));
        assertThat(rung).containsExactly(start.plus(Duration.ofMinutes(1)));
        assertThat(time.scheduled()).isZero();
    }
}
