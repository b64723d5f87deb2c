package io.github.kinesisiot.iot;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;

/** Paho's keep-alive on the pool's timer; Paho's own would take a thread for each connection. */
final class TimedPing implements MqttPingSender {

    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final Consumer<ClientComms> check;
    private ClientComms comms;
    private Future<?> next;
    private boolean stopped;

    TimedPing(ScheduledExecutorService timer, Executor workers) {
        this(timer, workers, ClientComms::checkForActivity);
    }

    /** With another check than Paho's, which sends a ping if one is due and schedules the next check. */
    TimedPing(ScheduledExecutorService timer, Executor workers, Consumer<ClientComms> check) {
        this.timer = timer;
        this.workers = workers;
        this.check = check;
    }

    @Override
    public synchronized void init(ClientComms client) {
        comms = client;
    }

    @Override
    public void start() {
        if (comms.getKeepAlive() > 0) {
            schedule(comms.getKeepAlive());
        }
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    /** Paho asks for a delay of 0 when less than a millisecond is left; without the check after it the keep-alive would end there. */
    @Override
    public synchronized void schedule(long delayInMilliseconds) {
        if (!stopped) {
            if (next != null) {
                next.cancel(false); // started anew, with the broker's keep-alive
            }
            // Off the timer's thread: a keep-alive that finds the connection dead takes it down, which may block.
            next = timer.schedule(
                    () -> workers.execute(() -> check.accept(comms)),
                    Math.max(1, delayInMilliseconds),
                    TimeUnit.MILLISECONDS);
        }
    }
}
