package io.github.kinesisiot.page;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import io.github.kinesisiot.credentials.SessionHistory;
import io.github.kinesisiot.deadletter.RecentLetters;
import io.github.kinesisiot.hold.Hold;
import io.github.kinesisiot.iot.IotMqttComponent;
import io.github.kinesisiot.kinesis.KclKinesisComponent;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/** Takes snapshots of the running bridge: asks its parts, one after the other, when it is asked. Thread-safe; takes each part's lock for a moment. */
public final class Look {

    private final CamelContext camel;
    private final Parts parts;
    private final Clock clock;
    private final Snapshot.Bridge bridge;

    /** What there is to look at. */
    public record Parts(
            KclKinesisComponent source,
            IotMqttComponent sink,
            AssumedRoleCredentials credentials,
            Hold hold,
            RecentLetters letters) {}

    public Look(CamelContext camel, Settings settings, Parts parts, Clock clock) {
        this.camel = camel;
        this.parts = parts;
        this.clock = clock;
        this.bridge = new Snapshot.Bridge(
                Optional.ofNullable(Look.class.getPackage().getImplementationVersion())
                        .orElse("unpacked"),
                settings.get(Key.KINESIS_APPLICATION).orElse(""),
                settings.get(Key.KINESIS_STREAM).orElse(""),
                settings.get(Key.KINESIS_REGION).orElse(""),
                settings.get(Key.IOT_ENDPOINT).orElse(""),
                settings.get(Key.IOT_TOPIC).orElse(""),
                settings.get(Key.IOT_CLIENT_ID).orElse(""),
                clock.instant());
    }

    Snapshot now() {
        List<Snapshot.Check> checks = HealthCheckHelper.invokeReadiness(camel, "full").stream()
                .map(result -> new Snapshot.Check(
                        result.getCheck().getId(), result.getState() == HealthCheck.State.UP, result.getMessage()))
                .toList();
        var source = new Snapshot.Source(parts.source().status(), parts.source().details());
        var sink = new Snapshot.Sink(parts.sink().status(), parts.sink().detail());
        return new Snapshot(
                clock.instant(),
                bridge,
                checks,
                source,
                sink,
                session(),
                parts.hold().problem(),
                parts.letters().reasons());
    }

    private Snapshot.Session session() {
        AssumedRoleCredentials credentials = parts.credentials();
        SessionHistory history = credentials.history();
        Optional<Instant> nextCall = credentials.nextCall();
        return new Snapshot.Session(
                credentials.roleArn(),
                credentials
                        .current()
                        .map(session ->
                                new SessionHistory.Begun(session.number(), session.issuedAt(), session.expiresAt())),
                nextCall,
                credentials.problem(),
                history.sessions(),
                history.failures());
    }
}
