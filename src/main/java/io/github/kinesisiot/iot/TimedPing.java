package io.github.kinesisiot.iot;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;

/** Paho's keep-alive on the pool's timer; Paho's own would take a thread for each connection. */
final class TimedPing implements MqttPingSender {

    private final ScheduledExecutorService timer;
    private final Executor workers;
    private ClientComms comms;
    private Future<?> next;
    private boolean stopped;

    TimedPing(ScheduledExecutorService timer, Executor workers) {
        this.timer = timer;
        this.workers = workers;
    }

    @Override
    public synchronized void init(ClientComms client) {
        comms = client;
    }

    @Override
    public void start() {
        schedule(comms.getKeepAlive());
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    @Override
    public synchronized void schedule(long delayInMilliseconds) {
        if (!stopped && delayInMilliseconds > 0) {
            // Off the timer's thread: a keep-alive that finds the connection dead takes it down, which may block.
            next = timer.schedule(
                    () -> workers.execute(comms::checkForActivity), delayInMilliseconds, TimeUnit.MILLISECONDS);
        }
    }
}
