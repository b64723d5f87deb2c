package io.github.kinesisiot;

import io.github.kinesisiot.check.FileLetters;
import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.credentials.AssumedRoleCredentials;
import io.github.kinesisiot.credentials.FurtherRole;
import io.github.kinesisiot.credentials.SessionService;
import io.github.kinesisiot.deadletter.DeadLetterBody;
import io.github.kinesisiot.deadletter.DeadLetterStore;
import io.github.kinesisiot.deadletter.DeadLetters;
import io.github.kinesisiot.deadletter.FailedRecords;
import io.github.kinesisiot.deadletter.StoredLetters;
import io.github.kinesisiot.hold.DeadLetterGate;
import io.github.kinesisiot.hold.Hold;
import io.github.kinesisiot.hold.HoldGate;
import io.github.kinesisiot.iot.IotMqttComponent;
import io.github.kinesisiot.kinesis.KclKinesisComponent;
import io.github.kinesisiot.observe.BridgeCheck;
import io.github.kinesisiot.observe.BuildMeters;
import io.github.kinesisiot.observe.CamelChecks;
import io.github.kinesisiot.observe.ConnectionsCheck;
import io.github.kinesisiot.observe.Deadlocks;
import io.github.kinesisiot.observe.HealthMeters;
import io.github.kinesisiot.observe.HoldCheck;
import io.github.kinesisiot.observe.LivenessCheck;
import io.github.kinesisiot.observe.SessionCheck;
import io.github.kinesisiot.observe.SessionMeters;
import io.github.kinesisiot.observe.StreamCheck;
import io.github.kinesisiot.page.Look;
import io.github.kinesisiot.page.StatusPage;
import io.github.kinesisiot.trace.OpenTelemetryTracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The wiring: every bean that the shipped routes name, in one place. Components replace Camel's under the same scheme, so the routes stay plain
 * Camel.
 */
final class BridgeConfiguration implements CamelConfiguration {

    private static final String ASSUMED_ROLE = "assumedRole";

    private final Settings settings;
    private final Clock clock = Clock.systemUTC();

    BridgeConfiguration(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void configure(CamelContext camel) throws Exception {
        // A dead letter holds the record as it was read, whatever the route has made of it.
        camel.setAllowUseOriginalMessage(true);
        camel.getCamelContextExtension().addInterceptStrategy(new ThrowingSteps());
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        var registry = camel.getRegistry();
        var source = new KclKinesisComponent();
        registry.bind("aws2-kinesis", source);
        var sink = new IotMqttComponent();
        sink.setResources(settings.iotResources());
        registry.bind("paho-mqtt5", sink);
        Hold hold = hold(camel, sink);
        registry.bind("hold", new HoldGate(hold));
        registry.bind("deadLetterGate", new DeadLetterGate(hold));
        Gauge.builder("bridge.holding", hold, held -> held.problem().isPresent() ? 1 : 0)
                .description("1 while every record is refused and the bridge holds")
                .register(meters);
        registry.bind("recordLimits", new RecordLimits(settings.limits(), clock));
        var records = new FailedRecords(
                new FailedRecords.Origin(
                        settings.get(Key.KINESIS_APPLICATION).orElseThrow(),
                        settings.get(Key.KINESIS_STREAM).orElseThrow()),
                clock);
        var stored = new StoredLetters(meters);
        var store = new DeadLetterStore(settings.deadLetterDirectory(), clock, holder());
        camel.addService(new ServiceSupport() {
            @Override
            protected void doStop() throws Exception {
                // The routes have ended before.
                store.close();
            }
        });
        registry.bind(FileLetters.BEAN, new DeadLetters(records, store, stored));
        registry.bind("deadLetterBody", new DeadLetterBody(records, stored));
        AssumedRoleCredentials credentials = bindCredentials(camel);
        if (settings.tracing()) {
            var tracing = OpenTelemetryTracing.begin(clock);
            camel.addService(tracing);
            registry.bind("tracing", tracing);
        }
        List<BridgeCheck> checks = List.of(
                new StreamCheck(source::status),
                new SessionCheck(credentials),
                new ConnectionsCheck(sink::status),
                new HoldCheck(hold::problem),
                new LivenessCheck(
                        Map.of("source", source::silence, "connections", sink::silence),
                        () -> Deadlocks.of(ManagementFactory.getThreadMXBean())));
        checks.forEach(check -> registry.bind(check.getId() + "Check", check));
        registry.bind("camelChecks", new CamelChecks(camel));
        SessionMeters.bind(meters, "target", credentials, clock);
        var roles = new HashSet<String>();
        for (FurtherRole further : registry.findByType(FurtherRole.class)) {
            if (!roles.add(further.name())) {
                // Their checks and meters would be taken for one role's.
                throw new IllegalArgumentException("two beans of type FurtherRole have the name '" + further.name()
                        + "'; give each a name of its own");
            }
            SessionMeters.bind(meters, further.name(), further.credentials(), clock);
        }
        var look = new Look(camel, settings, new Look.Parts(source, sink, credentials, hold, stored.recent()), clock);
        camel.addStartupListener(new StatusPage(look));
        HealthMeters.bind(meters, checks);
        BuildMeters.bind(meters, Bridge.class);
    }

    /** How this process is known to another that wants the same directory. */
    private String holder() {
        return "%s: process %d on %s since %s"
                .formatted(
                        settings.get(Key.KINESIS_APPLICATION).orElseThrow(),
                        ProcessHandle.current().pid(),
                        Machine.real().hostName(),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private Hold hold(CamelContext camel, IotMqttComponent sink) {
        var used = new Hold.Sink() {
            @Override
            public long delivered() {
                return sink.delivered();
            }

            @Override
            public boolean used() {
                return sink.status().wanted() > 0;
            }
        };
        var pools = camel.getExecutorServiceManager();
        return new Hold(
                used,
                clock,
                pools.newSingleThreadScheduledExecutor(this, "HoldTimer"),
                pools.newDefaultThreadPool(this, "Hold"),
                camel::isStopping);
    }

    /** Binds what the beans of a YAML file may refer to: Camel makes those before it calls {@link #configure}. Harmless when repeated. */
    AssumedRoleCredentials bindCredentials(CamelContext camel) throws Exception {
        var bound = camel.getRegistry().lookupByNameAndType(ASSUMED_ROLE, AssumedRoleCredentials.class);
        if (bound != null) {
            return bound;
        }
        var credentials = SessionService.credentials(camel, settings.role(), clock, "assume-role");
        camel.getRegistry().bind(ASSUMED_ROLE, credentials);
        return credentials;
    }
}
