package io.github.kinesisiot.observe;

import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.credentials.SessionCounts;
import io.github.kinesisiot.credentials.StsTrouble;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;

/** The session of an assumed role as meters, which the tag {@code role} tells from those of another role. */
public final class SessionMeters {

    private static final String ROLE = "role";

    private SessionMeters() {}

    /** @param role {@code target} for that of the settings, else the name of the bean */
    public static void bind(MeterRegistry meters, String role, AssumedRoleCredentials credentials, Clock clock) {
        SessionCounts counts = credentials.counts();
        Gauge.builder("bridge.session.number", credentials, c -> c.current()
                        .map(AssumedSession::number)
                        .orElse(0L))
                .tag(ROLE, role)
                .description("Number of the session in force, counting from 1; 0 while there is none")
                .register(meters);
        Gauge.builder("bridge.session.remaining", credentials, c -> c.current()
                        .map(session -> seconds(Duration.between(clock.instant(), session.expiresAt())))
                        .orElse(0.0))
                .tag(ROLE, role)
                .description("Time until the session in force expires; 0 while there is none")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("bridge.session.lifetime", credentials, c -> c.current()
                        .map(session -> seconds(Duration.between(session.issuedAt(), session.expiresAt())))
                        .orElse(0.0))
                .tag(ROLE, role)
                .description("How long the session in force is valid in all; 0 while there is none")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("bridge.clock.behind", credentials, c -> seconds(c.clockBehind()))
                .tag(ROLE, role)
                .description(
                        "How far the clock here was behind that of STS at its last answer, to a second; negative when ahead")
                .baseUnit("seconds")
                .register(meters);
        FunctionCounter.builder("bridge.session.renewals", counts, SessionCounts::renewals)
                .tag(ROLE, role)
                .description("Sessions begun, the first included")
                .register(meters);
        for (StsTrouble trouble : StsTrouble.values()) {
            FunctionCounter.builder("bridge.session.failures", counts, c -> c.failures(trouble))
                    .tag(ROLE, role)
                    .tag("reason", trouble.reasonCode())
                    .description("AssumeRole calls that gave no session")
                    .register(meters);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
