package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PublishTest {

    /** Camel's callback called twice continues a route twice. */
    @Test
    void manyThreadsThatSettleSettleOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 500; round++) {
                AtomicInteger outcomes = new AtomicInteger();
                AtomicInteger winners = new AtomicInteger();
                Publish publish = new Publish(null, 0, (p, failure) -> outcomes.incrementAndGet());
                CountDownLatch done = new CountDownLatch(4);
                for (int i = 0; i < 4; i++) {
                    boolean success = i % 2 == 0;
                    threads.execute(() -> {
                        if (publish.settle(success ? null : new PublishFailedException("X", "x", null))) {
                            winners.incrementAndGet();
                        }
                        done.countDown();
                    });
                }
                assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(outcomes).hasValue(1);
                assertThat(winners).hasValue(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
