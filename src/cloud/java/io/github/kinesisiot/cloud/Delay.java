package io.github.kinesisiot.cloud;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Does things in order, each as late as the delay at its arrival says. All calls on one event loop. */
final class Delay {
    private record Piece(long dueNanos, Runnable action) {}

    private final Vertx vertx;
    private final LongSupplier delayNanos;
    private final Deque<Piece> waiting = new ArrayDeque<>();

    Delay(Vertx vertx, LongSupplier delayNanos) {
        this.vertx = vertx;
        this.delayNanos = delayNanos;
    }

    void accept(Runnable action) {
        long delay = delayNanos.getAsLong();
        if (waiting.isEmpty() && delay == 0) {
            action.run();
            return;
        }
        waiting.add(new Piece(System.nanoTime() + delay, action));
        if (waiting.size() == 1) {
            schedule();
        }
    }

    private void schedule() {
        long millis = Math.max(1, (waiting.peek().dueNanos() - System.nanoTime()) / 1_000_000);
        vertx.setTimer(millis, timer -> {
            while (!waiting.isEmpty() && waiting.peek().dueNanos() - System.nanoTime() < 500_000) {
                waiting.poll().action().run();
            }
            if (!waiting.isEmpty()) {
                schedule();
            }
        });
    }
}
