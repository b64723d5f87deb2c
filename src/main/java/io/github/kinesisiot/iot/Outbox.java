package io.github.kinesisiot.iot;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Packets on their way to a connection's socket. They are taken from any thread, in order, without waiting for the network, and written by
 * one thread of their own, all at once that have come meanwhile: under load one write to the socket is worth many packets.
 *
 * <p>Does not bound what it holds: the connection's window does.
 */
final class Outbox implements Runnable {

    private static final int BUFFER = 16 * 1024;
    /** A larger buffer is not kept for the next time. */
    private static final int LARGEST_KEPT = 16 * BUFFER;

    private final OutputStream out;
    private final Consumer<Throwable> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] filling = new byte[BUFFER];
    private int length;
    private List<Runnable> whenWritten = new ArrayList<>();
    private boolean idle;
    private boolean closed;

    /** @param failed learns once, on the writing thread, why nothing can be written any more */
    Outbox(OutputStream out, Consumer<Throwable> failed) {
        this.out = out;
        this.failed = failed;
    }

    /** @param written is run when the packet is in the socket, on the writing thread; null for nobody waits for that */
    void add(PublishPacket packet, int packetId, int alias, boolean named, Runnable written) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            makeRoom(packet.length(alias, named));
            length = packet.write(filling, length, packetId, alias, named);
            if (written != null) {
                whenWritten.add(written);
            }
            wake();
        } finally {
            lock.unlock();
        }
    }

    void add(byte[] packet) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            makeRoom(packet.length);
            length = Wire.putBytes(filling, length, packet);
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the writing thread, unless it is inside a write, which the end of the socket ends. What is left is not written. */
    void close() {
        lock.lock();
        try {
            closed = true;
            length = 0;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Writes until closed, or until that fails. */
    @Override
    public void run() {
        byte[] batch = new byte[BUFFER];
        try {
            while (true) {
                int count;
                List<Runnable> done = List.of();
                lock.lock();
                try {
                    while (length == 0 && !closed) {
                        idle = true;
                        changed.awaitUninterruptibly();
                    }
                    idle = false;
                    if (closed) {
                        return;
                    }
                    byte[] filled = filling;
                    filling = batch.length > LARGEST_KEPT ? new byte[BUFFER] : batch;
                    batch = filled;
                    count = length;
                    length = 0;
                    if (!whenWritten.isEmpty()) {
                        done = whenWritten;
                        whenWritten = new ArrayList<>();
                    }
                } finally {
                    lock.unlock();
                }
                out.write(batch, 0, count);
                done.forEach(Runnable::run);
            }
        } catch (IOException | RuntimeException e) {
            close();
            failed.accept(e);
        }
    }

    private void makeRoom(int bytes) {
        if (filling.length - length < bytes) {
            filling = Arrays.copyOf(filling, Math.max(length + bytes, 2 * filling.length));
        }
    }

    private void wake() {
        if (idle) {
            idle = false;
            changed.signal();
        }
    }
}
