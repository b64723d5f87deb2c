package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimedPingTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch checks = new CountDownLatch(1);
    private final TimedPing ping = new TimedPing(timer, Runnable::run, comms -> checks.countDown());

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** Paho rounds a rest of less than a millisecond down to 0; taken for 'no more checks', an idle connection was dropped by the broker. */
    @Test
    void aDelayOfZeroIsACheckToo() throws Exception {
        ping.schedule(0);
        assertThat(checks.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** A check after the end would work on a client that is gone. */
    @Test
    void nothingIsCheckedAfterTheEnd() throws Exception {
        ping.stop();
        ping.schedule(1);
        timer.shutdown();
        assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(checks.getCount()).isOne();
    }
}
