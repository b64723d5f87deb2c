package io.github.kinesisiot.cloud.demo;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The demo itself: a local cloud with short sessions, a bridge, device readings in, messages out. {@link #run} returns whether every
 * record came out exactly once and in order.
 */
public final class Show {
    private static final int PER_SECOND = 100;
    private static final Duration SESSION = Duration.ofSeconds(20);
    private static final Duration REDRAW = Duration.ofSeconds(1);
    private static final Duration SAMPLE = Duration.ofSeconds(5);
    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration DRAIN = Duration.ofSeconds(60);
    /** After the last message: a doubled one would come within this. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final PrintStream out;
    private final LiveLine live;
    private final Ledger ledger = new Ledger();
    private final AtomicLong nextSample = new AtomicLong();
    private volatile boolean ended;
    private final long startedAt = System.nanoTime();

    public Show(PrintStream out) {
        this.out = out;
        this.live = new LiveLine(out, LiveLine.atTerminal());
    }

    public boolean run(Duration feeding) {
        try {
            return show(feeding);
        } finally {
            ended = true;
        }
    }

    private boolean show(Duration feeding) {
        BrokerInstaller.installIfMissing(live::say);
        List<Reading> readings = Reading.all();
        long devices = readings.stream().map(Reading::device).distinct().count();
        live.say(
                "Starting two AWS accounts on this machine: Kinesis, DynamoDB, STS, and an IoT endpoint that checks every signature"
                        + " (the first time installs the emulators) ...");
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults().sessionLifetime(SESSION))) {
            cloud.subscribe("kinesis/#", this::received);
            live.say("Up after " + elapsed().toSeconds() + " s. Starting the bridge; its log is " + cloud.directory()
                    + "/bridge.log");
            try (BridgeProcess bridge = BridgeProcess.start(cloud.environment(), cloud.directory())) {
                live.say("Its page is " + bridge.page().resolve("/") + ", from now until the demo ends.");
                awaitReady(bridge);
                live.say("Ready after " + elapsed().toSeconds() + " s. Feeding readings of " + devices + " devices, "
                        + PER_SECOND
                        + " records a second at most, over "
                        + cloud.options().shards() + " shards, for " + feeding.toSeconds() + " s. Sessions last "
                        + SESSION.toSeconds() + " s.");
                feed(cloud, bridge, readings, feeding);
                live.say("Feeding has ended. Waiting for the last messages ...");
                drain(bridge);
                Optional<Integer> exit = bridge.stop();
                return summarise(cloud, exit);
            }
        }
    }

    /** For the JVM's shutdown: tells why it takes a moment, unless the demo has come to its end. */
    public void interrupted() {
        if (!ended) {
            live.say("Ending the bridge and the local cloud ...");
            live.mute();
        }
    }

    private void awaitReady(BridgeProcess bridge) {
        long end = System.nanoTime() + READY.toNanos();
        while (!bridge.ready()) {
            bridge.check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the bridge is not ready after " + READY.toSeconds() + " s: " + bridge.lastWords());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
        }
    }

    private void feed(LocalCloud cloud, BridgeProcess bridge, List<Reading> readings, Duration feeding) {
        try (Feeder feeder = new Feeder(cloud.kinesis(), cloud.stream(), readings, PER_SECOND, ledger)) {
            ScheduledFuture<?> putting = feeder.start();
            long end = System.nanoTime() + feeding.toNanos();
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(Math.min(REDRAW.toNanos(), Math.max(1, end - System.nanoTime())));
                bridge.check();
                if (putting.isDone()) {
                    throw new IllegalStateException("the local Kinesis takes no more records", failure(putting));
                }
                live.show(elapsed(), ledger.account(), bridge.figures());
            }
        }
    }

    private void drain(BridgeProcess bridge) {
        long end = System.nanoTime() + DRAIN.toNanos();
        long nextShow = System.nanoTime();
        while (!ledger.account().complete() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            bridge.check();
            if (System.nanoTime() > nextShow) {
                live.show(elapsed(), ledger.account(), bridge.figures());
                nextShow = System.nanoTime() + REDRAW.toNanos();
            }
        }
        LockSupport.parkNanos(SETTLE.toNanos());
        live.show(elapsed(), ledger.account(), bridge.figures());
    }

    private boolean summarise(LocalCloud cloud, Optional<Integer> bridgeExit) {
        Ledger.Account account = ledger.account();
        live.say("");
        out.printf("records put        %,9d  by %d devices%n", account.put(), account.devices());
        out.printf("messages received  %,9d%n", account.received());
        out.printf("missing            %,9d%n", account.missing());
        out.printf("doubled            %,9d%n", account.doubled());
        out.printf("out of order       %,9d  within a device%n", account.outOfOrder());
        if (account.foreign() > 0) {
            out.printf("unknown            %,9d%n", account.foreign());
        }
        out.printf(
                "sessions used      %,9d  of %d s each; %d signed connections, %d upgrades refused%n",
                cloud.sts().sessions().size(),
                SESSION.toSeconds(),
                cloud.iot().accepted().size(),
                cloud.iot().refusals().size());
        out.printf(
                "bridge             stopped with code %s%n",
                bridgeExit.map(String::valueOf).orElse("none: it had to be killed"));
        out.println(
                account.equal()
                        ? "Every record arrived exactly once and in order."
                        : "NOT EQUAL: see " + cloud.directory());
        return account.equal();
    }

    /** Shows one message every few seconds, of whichever device comes first. */
    private void received(ReceivedMessage message) {
        ledger.received(message.text());
        long now = System.nanoTime() - startedAt;
        long next = nextSample.get();
        if (now >= next && nextSample.compareAndSet(next, now + SAMPLE.toNanos())) {
            live.say("  " + message.topic() + "  " + message.text());
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    private static Throwable failure(ScheduledFuture<?> ended) {
        try {
            ended.get();
            return null;
        } catch (Exception e) {
            return e.getCause();
        }
    }
}
