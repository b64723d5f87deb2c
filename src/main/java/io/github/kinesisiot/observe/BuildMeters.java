package io.github.kinesisiot.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;

/** Which build this is, as a meter that is always 1. */
public final class BuildMeters {

    private BuildMeters() {}

    /** @param program a class of the program's jar, whose manifest has the version */
    public static void bind(MeterRegistry meters, Class<?> program) {
        String version = Objects.requireNonNullElse(program.getPackage().getImplementationVersion(), "unpackaged");
        Gauge.builder("bridge.build.info", () -> 1)
                .description("The version of the bridge that runs; always 1")
                .tag("version", version)
                .register(meters);
    }
}
