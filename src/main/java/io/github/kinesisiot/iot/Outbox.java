package io.github.kinesisiot.iot;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Packets on their way to a connection's socket. They are taken from any thread, in order, without waiting, and written by one thread of
 * their own, all at once that have come meanwhile: under load one write to the socket is worth many packets.
 *
 * <p>Does not bound what it holds: the connection's window does.
 */
final class Outbox implements Runnable {

    private static final int BUFFER = 16 * 1024;

    private final OutputStream out;
    private final Consumer<Throwable> failed;
    private final Queue<Packet> packets = new ConcurrentLinkedQueue<>();
    private volatile Thread idle;
    private volatile boolean closed;

    // Of the writing thread
    private final List<Runnable> whenWritten = new ArrayList<>();
    private byte[] batch = new byte[BUFFER];
    private int length;

    /** A publish, or the bytes of another packet where there is none. */
    private record Packet(PublishPacket publish, byte[] other, int id, int alias, boolean named, Runnable written) {}

    /** @param failed learns once, on the writing thread, why nothing can be written any more */
    Outbox(OutputStream out, Consumer<Throwable> failed) {
        this.out = out;
        this.failed = failed;
    }

    /** @param written is run when the packet is in the socket, on the writing thread; null if nobody waits for that */
    void add(PublishPacket publish, int packetId, int alias, boolean named, Runnable written) {
        add(new Packet(publish, null, packetId, alias, named, written));
    }

    void add(byte[] packet) {
        add(new Packet(null, packet, 0, 0, false, null));
    }

    private void add(Packet packet) {
        packets.add(packet);
        wake();
    }

    /** Ends the writing thread, unless it is inside a write, which the end of the socket ends. What is left is not written. */
    void close() {
        closed = true;
        wake();
    }

    private void wake() {
        Thread writer = idle;
        if (writer != null) {
            idle = null;
            LockSupport.unpark(writer);
        }
    }

    /** Writes until closed, or until that fails. */
    @Override
    public void run() {
        try {
            while (!closed) {
                if (packets.isEmpty()) {
                    awaitPackets();
                } else {
                    writeAll();
                }
            }
        } catch (IOException | RuntimeException e) {
            closed = true;
            failed.accept(e);
        } finally {
            packets.clear();
        }
    }

    private void awaitPackets() {
        idle = Thread.currentThread();
        // Looked at again after saying so: whoever came in between did not see that there was somebody to wake.
        while (idle != null && packets.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        idle = null;
        // Whoever woke this thread often has more to come: let them, if they wait for this processor.
        Thread.yield();
    }

    private void writeAll() throws IOException {
        for (Packet packet = packets.poll(); packet != null; packet = length < BUFFER ? packets.poll() : null) {
            put(packet);
        }
        out.write(batch, 0, length);
        length = 0;
        if (batch.length > 2 * BUFFER) {
            batch = new byte[BUFFER];
        }
        if (!whenWritten.isEmpty()) {
            whenWritten.forEach(Runnable::run);
            whenWritten.clear();
        }
    }

    private void put(Packet packet) {
        PublishPacket publish = packet.publish();
        if (publish == null) {
            makeRoom(packet.other().length);
            length = Wire.putBytes(batch, length, packet.other());
        } else {
            makeRoom(publish.length(packet.alias(), packet.named()));
            length = publish.write(batch, length, packet.id(), packet.alias(), packet.named());
        }
        if (packet.written() != null) {
            whenWritten.add(packet.written());
        }
    }

    private void makeRoom(int bytes) {
        if (batch.length - length < bytes) {
            batch = Arrays.copyOf(batch, Math.max(length + bytes, 2 * batch.length));
        }
    }
}
