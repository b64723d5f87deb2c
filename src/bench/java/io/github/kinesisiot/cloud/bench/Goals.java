package io.github.kinesisiot.cloud.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the figures are to be like, and whether they are. */
final class Goals {
    private static final double MOST_CPU = 60;
    private static final double MOST_KIB = 4;
    private static final int QUOTA = 100;

    private final List<String> lines = new ArrayList<>();

    void clients(Map<Road, Map<Kind, Row>> seen) {
        Map<Kind, Row> near = seen.get(Road.NEAR);
        Map<Kind, Row> far = seen.get(Road.FAR);
        Row sink = near.get(Kind.BRIDGE);
        Row stock = near.get(Kind.STOCK);
        atLeast(
                "the sink's messages/s beside the stock producer's, 0 ms, no TLS",
                4,
                sink.perSecond() / stock.perSecond());
        atMost("its CPU per message beside the stock producer's", 0.25, sink.cpu() / stock.cpu());
        atLeast(
                "its messages/s beside raw pipelined Paho's",
                0.7,
                sink.perSecond() / near.get(Kind.PAHO).perSecond());
        atLeast(
                "its messages/s beside the stock producer's, 20 ms, no TLS",
                20,
                far.get(Kind.BRIDGE).perSecond() / far.get(Kind.STOCK).perSecond());
        atMost("KiB it allocates per message", MOST_KIB, sink.median(Measurement::kibPerRecord));
    }

    void quota(double perSecond, int busiest) {
        double whole = Kind.CONNECTIONS * QUOTA;
        atLeast("share of the quota that is used, 10 connections × 100/s", 0.98, perSecond / whole);
        atMost("publishes of any connection in any second, of 100, as they arrive", QUOTA, busiest);
    }

    void bridges(Map<Road, Row> seen) {
        Row bridge = seen.get(Road.NEAR_TLS);
        atMost("the whole bridge's CPU seconds per million records", MOST_CPU, bridge.cpu());
        atMost("KiB the whole bridge allocates per record", MOST_KIB, bridge.median(Measurement::kibPerRecord));
    }

    void print(PrintStream out) {
        out.println();
        out.println("| goal | wanted | seen | |");
        out.println("|---|---|---|---|");
        lines.forEach(out::println);
    }

    private void atLeast(String what, double wanted, double seen) {
        add(what, "≥ %s".formatted(number(wanted)), seen, seen >= wanted);
    }

    private void atMost(String what, double wanted, double seen) {
        add(what, "≤ %s".formatted(number(wanted)), seen, seen <= wanted);
    }

    private void add(String what, String wanted, double seen, boolean reached) {
        lines.add(
                "| %s | %s | %s | %s |".formatted(what, wanted, number(seen), reached ? "reached" : "**not reached**"));
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? "%.0f".formatted(value)
                : value < 1 ? "%.3f".formatted(value) : value < 10 ? "%.2f".formatted(value) : "%.1f".formatted(value);
    }
}
