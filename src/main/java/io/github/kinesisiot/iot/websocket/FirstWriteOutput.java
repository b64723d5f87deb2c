package io.github.kinesisiot.iot.websocket;

import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** An output that others can wait for to be used. */
abstract class FirstWriteOutput extends OutputStream {

    private final CountDownLatch written = new CountDownLatch(1);

    /** Waits until the first bytes were written, or until {@link #release()}. */
    final void awaitFirstWrite() throws InterruptedException {
        written.await();
    }

    /** Ends all waiting. */
    final void release() {
        written.countDown();
    }
}
