package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** MQTT straight on the socket. Thread-safe: what is written at once stays together. */
final class PlainOutput extends FirstWriteOutput {

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    PlainOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            out.write(bytes, offset, length);
        } finally {
            lock.unlock();
            release();
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
