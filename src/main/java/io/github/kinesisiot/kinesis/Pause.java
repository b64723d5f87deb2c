package io.github.kinesisiot.kinesis;

import java.time.Duration;

/** A wait that can be handed in, and that ends early when the source stops. */
@FunctionalInterface
interface Pause {

    void of(Duration duration) throws InterruptedException;
}
