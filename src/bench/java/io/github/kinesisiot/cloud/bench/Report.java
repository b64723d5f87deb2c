package io.github.kinesisiot.cloud.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what is seen, and prints the tables, in Markdown. */
final class Report {
    private static final String BRIDGE = "**the whole bridge**, 10 connections, no rate limit";

    private final Map<Road, Map<Kind, Row>> clients = new EnumMap<>(Road.class);
    private final Map<Road, Row> bridges = new EnumMap<>(Road.class);
    private final List<Row> paced = new ArrayList<>();
    private final Goals goals = new Goals();
    private Map<Kind, Boolean> tells = Map.of();
    private String quota = "";

    void clients(Road road, Map<Kind, List<Measurement>> seen) {
        Map<Kind, Row> rows = new EnumMap<>(Kind.class);
        seen.forEach((kind, rounds) -> rows.put(kind, new Row(road, kind.title(), rounds)));
        clients.put(road, rows);
    }

    /** @param seen whether the client reports a refused publish as failed */
    void refusals(Map<Kind, Boolean> seen) {
        tells = seen;
    }

    void bridge(Road road, List<Measurement> rounds) {
        bridges.put(road, new Row(road, BRIDGE, rounds));
    }

    /**
     * @param second the most publishes of one connection that came within any one second
     * @param fiveSeconds within any five
     */
    void quota(Measurement seen, int second, int fiveSeconds) {
        quota =
                "%.0f s at the quota of 10 connections × 100/s with always more to send, %s: %.1f records/s; of one connection at most %d in any second and %d in any five seconds arrived at the endpoint; CPU %.1f s per million, %.1f %% of one core."
                        .formatted(
                                seen.nanos() / 1e9,
                                Road.FAR_TLS.title(),
                                seen.perSecond(),
                                second,
                                fiveSeconds,
                                seen.cpuSecondsPerMillion(),
                                seen.cpuShare() * 100);
        goals.quota(seen.perSecond(), second);
    }

    /** At a steady rate below all limits. */
    void paced(int perSecond, Kind kind, Measurement seen) {
        paced.add(new Row(Road.FAR_TLS, kind.title() + ", given " + perSecond + "/s", List.of(seen)));
    }

    void shippedBridge(List<Measurement> rounds) {
        paced.add(new Row(
                Road.FAR_TLS, "**the whole bridge**, settings as shipped (10 × 100/s), always more to read", rounds));
    }

    /** From the put to a subscriber. */
    void endToEnd(int perSecond, Measurement seen) {
        paced.add(new Row(
                Road.FAR_TLS,
                "**the whole bridge**, settings as shipped, " + perSecond + "/s put into the Kinesis emulator",
                List.of(seen)));
    }

    void print(PrintStream out) {
        for (Road road : Road.values()) {
            Map<Kind, Row> rows = clients.get(road);
            head(out, "round trip " + road.title());
            if (rows != null) {
                rows.values().forEach(row -> out.println(row.markdown(rows.get(Kind.STOCK), rows.get(Kind.PAHO))));
                if (bridges.containsKey(road)) {
                    out.println(bridges.get(road).markdown(rows.get(Kind.STOCK), rows.get(Kind.PAHO)));
                }
            }
        }
        head(out, "at a rate, round trip " + Road.FAR_TLS.title());
        paced.forEach(row -> out.println(row.markdown(null, null)));
        out.printf("%n%s%n", quota);
        tells.forEach((kind, told) -> out.printf(
                "%nA PUBACK that refuses, with %s: %s.%n", kind.title(), told ? "a failure" : "taken for delivered"));
        goals.clients(clients);
        goals.bridges(bridges);
        goals.print(out);
    }

    private static void head(PrintStream out, String what) {
        out.printf("%n| %s | messages/s (rounds) | × stock | × raw Paho | CPU s per million", what);
        out.println(" | p50 / p99 ms | KiB allocated per message | RSS MiB |");
        out.println("|---|---|---|---|---|---|---|---|");
    }
}
