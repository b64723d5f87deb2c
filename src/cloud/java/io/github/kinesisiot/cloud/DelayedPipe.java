package io.github.kinesisiot.cloud;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Copies what arrives on one socket to another, in order, each piece as late as the delay at its arrival says. A slow receiver slows
 * the sender down. All calls on the sockets' event loop.
 */
final class DelayedPipe {
    private record Piece(long dueNanos, Buffer bytes) {}

    private final Vertx vertx;
    private final NetSocket from;
    private final NetSocket to;
    private final LongSupplier delayNanos;
    private final Deque<Piece> waiting = new ArrayDeque<>();

    private DelayedPipe(Vertx vertx, NetSocket from, NetSocket to, LongSupplier delayNanos) {
        this.vertx = vertx;
        this.from = from;
        this.to = to;
        this.delayNanos = delayNanos;
    }

    /** @param watcher sees each piece when it arrives */
    static void connect(Vertx vertx, NetSocket from, NetSocket to, LongSupplier delayNanos, Consumer<Buffer> watcher) {
        DelayedPipe pipe = new DelayedPipe(vertx, from, to, delayNanos);
        from.handler(bytes -> {
            watcher.accept(bytes);
            pipe.arrived(bytes);
        });
    }

    private void arrived(Buffer bytes) {
        long delay = delayNanos.getAsLong();
        if (waiting.isEmpty() && delay == 0) {
            write(bytes);
            return;
        }
        waiting.add(new Piece(System.nanoTime() + delay, bytes));
        if (waiting.size() == 1) {
            schedule();
        }
    }

    private void schedule() {
        long millis = Math.max(1, (waiting.peek().dueNanos() - System.nanoTime()) / 1_000_000);
        vertx.setTimer(millis, timer -> {
            while (!waiting.isEmpty() && waiting.peek().dueNanos() - System.nanoTime() < 500_000) {
                write(waiting.poll().bytes());
            }
            if (!waiting.isEmpty()) {
                schedule();
            }
        });
    }

    private void write(Buffer bytes) {
        to.write(bytes);
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(drained -> from.resume());
        }
    }
}
