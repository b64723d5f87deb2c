package io.github.kinesisiot.cloud.bench;

import java.time.Duration;

/** How far the broker is, and whether TLS and a signature are wanted on the way. */
enum Road {
    NEAR(Duration.ZERO, false),
    FAR(Duration.ofMillis(20), false),
    NEAR_TLS(Duration.ZERO, true),
    FAR_TLS(Duration.ofMillis(20), true);

    private final Duration roundTrip;
    private final boolean tls;

    Road(Duration roundTrip, boolean tls) {
        this.roundTrip = roundTrip;
        this.tls = tls;
    }

    Duration roundTrip() {
        return roundTrip;
    }

    boolean tls() {
        return tls;
    }

    String title() {
        return roundTrip.toMillis() + " ms, " + (tls ? "TLS, signed" : "no TLS");
    }
}
