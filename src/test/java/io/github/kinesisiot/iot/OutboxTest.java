package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final List<byte[]> writes = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore mayWrite = new Semaphore(0);
    private final Outbox outbox = new Outbox(
            new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    mayWrite.acquireUninterruptibly();
                    if (bytes[offset] == 'x') {
                        throw new IOException("broken");
                    }
                    writes.add(Arrays.copyOfRange(bytes, offset, offset + length));
                }
            },
            failures::add);
    private final Thread writer = new Thread(outbox);

    @AfterEach
    void end() throws Exception {
        outbox.close();
        mayWrite.release(1_000);
        writer.join(5_000);
        assertThat(writer.isAlive()).isFalse();
    }

    // A write for each packet costs a system call, a TLS record and a WebSocket frame for each.
    @Test
    void whatComesDuringAWriteIsWrittenAtOnceInOrder() throws Exception {
        writer.start();
        outbox.add(new byte[] {0});
        await().until(() -> mayWrite.hasQueuedThreads());
        var expected = new ByteArrayOutputStream();
        for (int i = 1; i < 30_000; i++) {
            byte[] packet = {(byte) i, (byte) (i >> 8)};
            outbox.add(packet);
            expected.write(packet);
        }
        mayWrite.release(1 + 4);
        await().until(() -> writes.stream().mapToInt(w -> w.length).sum() == 1 + expected.size());
        var written = new ByteArrayOutputStream();
        for (byte[] write : writes.subList(1, writes.size())) {
            written.write(write);
        }
        assertThat(written.toByteArray()).isEqualTo(expected.toByteArray());
    }

    // A buffer that grew for one message, kept by each connection for ever; or one that does not grow.
    @Test
    void aPacketMayBeLargerThanABatch() throws Exception {
        mayWrite.release(10);
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 7);
        outbox.add(new byte[] {1});
        outbox.add(large);
        outbox.add(new byte[] {2});
        writer.start();
        await().until(() -> writes.size() == 2);
        assertThat(writes.get(0)).hasSize(100_001).endsWith(7);
        assertThat(writes.get(1)).containsExactly(2);
    }

    // A message of QoS 0 is delivered when it is in the socket, not when it is on its way there.
    @Test
    void writtenIsToldAfterTheWrite() throws Exception {
        var told = new CountDownLatch(1);
        outbox.add(new PublishPacket("t", new byte[1], 0, false, null), 0, 0, true, told::countDown);
        writer.start();
        await().until(() -> mayWrite.hasQueuedThreads());
        assertThat(told.getCount()).isEqualTo(1);
        mayWrite.release();
        assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
    }

    // A connection that can no longer be written to, and nobody notices until the keep-alive.
    @Test
    void aFailedWriteIsToldOnceAndEndsTheThread() throws Exception {
        mayWrite.release(10);
        writer.start();
        outbox.add(new byte[] {'x'});
        writer.join(5_000);
        outbox.add(new byte[] {'y'});
        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessage("broken"));
        assertThat(writes).isEmpty();
    }
}
