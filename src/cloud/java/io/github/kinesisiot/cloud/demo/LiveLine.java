package io.github.kinesisiot.cloud.demo;

import io.github.kinesisiot.cloud.ManagementPort;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** The line that shows how the bridge is doing: drawn over itself at a terminal, one after the other elsewhere. Thread-safe. */
final class LiveLine {
    private final PrintStream out;
    private final boolean terminal;
    private boolean drawn;
    private boolean muted;

    LiveLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    static boolean atTerminal() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    synchronized void show(Duration elapsed, Ledger.Account account, Optional<ManagementPort.Figures> figures) {
        String line = "%d:%02d  put %,d  published %s  received %,d  behind %s  %s  %s"
                .formatted(
                        elapsed.toMinutes(),
                        elapsed.toSecondsPart(),
                        account.put(),
                        whole(figures.map(f -> f.sum("bridge_publishes_total", "result=\"ok\""))),
                        account.received(),
                        seconds(figures.map(f -> f.max("bridge_shard_behind_latest_seconds"))),
                        session(figures),
                        connections(figures));
        if (muted) {
            return;
        }
        if (terminal) {
            out.print("\r\033[K" + line);
            out.flush();
            drawn = true;
        } else {
            out.println(line);
        }
    }

    /** A line that stays. */
    synchronized void say(String text) {
        if (muted) {
            return;
        }
        if (drawn) {
            out.print("\r\033[K");
            drawn = false;
        }
        out.println(text);
    }

    /** Nothing more from here on. */
    synchronized void mute() {
        muted = true;
    }

    private static String session(Optional<ManagementPort.Figures> figures) {
        return "session %s (%s left)"
                .formatted(
                        whole(figures.map(f -> f.max("bridge_session_number"))),
                        figures.map(f -> f.max("bridge_session_remaining_seconds"))
                                .filter(OptionalDouble::isPresent)
                                .map(left -> "%.0f s".formatted(left.getAsDouble()))
                                .orElse("–"));
    }

    private static String connections(Optional<ManagementPort.Figures> figures) {
        return "connections %s/%s"
                .formatted(
                        whole(figures.map(f -> f.sum("bridge_connections_up", ""))),
                        whole(figures.map(f -> f.sum("bridge_connections_wanted", ""))));
    }

    private static String whole(Optional<OptionalDouble> value) {
        return value.filter(OptionalDouble::isPresent)
                .map(number -> "%,.0f".formatted(number.getAsDouble()))
                .orElse("–");
    }

    private static String seconds(Optional<OptionalDouble> value) {
        return value.filter(OptionalDouble::isPresent)
                .map(number -> "%.1f s".formatted(number.getAsDouble()))
                .orElse("–");
    }
}
