package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns what is written into masked binary frames, each of them one write to the socket.
 *
 * <p>Thread-safe: publishes are written, and Paho's own packets, while the receiver may answer a ping. Nothing is held back, so {@link #flush()} has nothing to do.
 */
final class FrameOutput extends FirstWriteOutput {

    static final int OPCODE_BINARY = 0x2;
    static final int OPCODE_CLOSE = 0x8;
    static final int OPCODE_PONG = 0xA;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int LARGEST_HEADER = 8;
    private static final int LARGEST_PAYLOAD = 0xFFFF;

    private final OutputStream out;
    private final SecureRandom random;
    private final ReentrantLock lock = new ReentrantLock();
    // A few hundred masks at a time: one call to the secure generator per frame would cost more than the frame.
    private final byte[] masks = new byte[1024];
    private int nextMask = masks.length;
    private byte[] frame = new byte[2048];
    private boolean closeSent;

    FrameOutput(OutputStream out, SecureRandom random) {
        this.out = out;
        this.random = random;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            for (int done = 0; done < length; done += LARGEST_PAYLOAD) {
                send(OPCODE_BINARY, bytes, offset + done, Math.min(LARGEST_PAYLOAD, length - done));
            }
        } finally {
            lock.unlock();
            release();
        }
    }

    void pong(byte[] payload) throws IOException {
        control(OPCODE_PONG, payload);
    }

    /** Sends a close frame unless one was sent already. Blocks as long as the socket does. */
    void closeFrame(byte[] statusAndReason) throws IOException {
        control(OPCODE_CLOSE, statusAndReason);
    }

    private void control(int opcode, byte[] payload) throws IOException {
        lock.lock();
        try {
            if (!closeSent) {
                closeSent = opcode == OPCODE_CLOSE;
                send(opcode, payload, 0, payload.length);
            }
        } finally {
            lock.unlock();
        }
    }

    private void send(int opcode, byte[] payload, int offset, int length) throws IOException {
        if (frame.length < LARGEST_HEADER + length) {
            frame = new byte[LARGEST_HEADER + length];
        }
        int at = 0;
        frame[at++] = (byte) (FIN | opcode);
        if (length < 126) {
            frame[at++] = (byte) (MASKED | length);
        } else {
            frame[at++] = (byte) (MASKED | 126);
            frame[at++] = (byte) (length >>> 8);
            frame[at++] = (byte) length;
        }
        if (nextMask == masks.length) {
            random.nextBytes(masks);
            nextMask = 0;
        }
        for (int i = 0; i < 4; i++) {
            frame[at + i] = masks[nextMask + i];
        }
        at += 4;
        for (int i = 0; i < length; i++) {
            frame[at + i] = (byte) (payload[offset + i] ^ masks[nextMask + (i & 3)]);
        }
        nextMask += 4;
        out.write(frame, 0, at + length);
    }
}
