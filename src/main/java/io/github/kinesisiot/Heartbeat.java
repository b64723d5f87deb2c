package io.github.kinesisiot;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When a thread that does something every moment did so last. Written by that thread, read by any. */
public final class Heartbeat {

    private final LongSupplier nanos;
    private volatile long last;

    /** Begins with a beat. */
    public Heartbeat(LongSupplier nanos) {
        this.nanos = nanos;
        beat();
    }

    public void beat() {
        last = nanos.getAsLong();
    }

    public Duration silence() {
        return Duration.ofNanos(nanos.getAsLong() - last);
    }
}
