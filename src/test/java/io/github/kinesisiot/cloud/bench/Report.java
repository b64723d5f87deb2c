package io.github.kinesisiot.cloud.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The tables, in Markdown. */
final class Report {
    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    /**
     * @param seen the floor first
     * @param tells whether the client reports a refused publish as failed
     */
    void clients(String title, Map<Kind, List<Measurement>> seen, Map<Kind, Boolean> tells) {
        out.printf("%n**%s**%n%n", title);
        out.println(
                "| client | records/s (rounds) | × floor | CPU ms per 1,000 | × floor | p50 / p99 ms | KiB allocated per record"
                        + " | resident MiB | refused PUBACK |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        List<Measurement> floor = seen.values().iterator().next();
        double floorRate = median(floor, Measurement::perSecond);
        double floorCpu = median(floor, Measurement::cpuMillisPerThousand);
        seen.forEach((kind, rounds) -> {
            double rate = median(rounds, Measurement::perSecond);
            double cpu = median(rounds, Measurement::cpuMillisPerThousand);
            out.printf(
                    "| %s | %,.0f (%s) | %.3f | %.1f | %.1f | %.1f / %.1f | %.1f | %.0f | %s%s |%n",
                    kind.title(),
                    rate,
                    String.join(
                            ", ",
                            rounds.stream()
                                    .map(m -> "%,.0f".formatted(m.perSecond()))
                                    .toList()),
                    rate / floorRate,
                    cpu,
                    cpu / floorCpu,
                    median(rounds, m -> m.p50Nanos() / 1e6),
                    median(rounds, m -> m.p99Nanos() / 1e6),
                    median(rounds, Measurement::kibPerRecord),
                    median(rounds, m -> m.residentKiB() / 1024.0),
                    refusal(tells.get(kind)),
                    failures(rounds));
        });
    }

    /**
     * @param second the most publishes of one connection that came within any one second
     * @param fiveSeconds within any five
     */
    void quota(Measurement seen, int second, int fiveSeconds) {
        out.printf("%n**The quota: 20 ms round trip, TLS, signed; 10 connections at 100/s, always more to send**%n%n");
        out.println(
                "| records/s (of 1,000) | arrived of one connection in its busiest second (of 100) | in its busiest five seconds (of 500)"
                        + " | CPU, of one core | CPU ms per 1,000 |");
        out.println("|---|---|---|---|---|");
        out.printf(
                "| %.0f | %d | %d | %.1f %% | %.0f |%n",
                seen.perSecond(), second, fiveSeconds, seen.cpuShare() * 100, seen.cpuMillisPerThousand());
    }

    void paced(int perSecond, Map<Kind, Measurement> seen) {
        out.printf("%n**%d records/s, each when it is due: 20 ms round trip, TLS, signed**%n%n", perSecond);
        out.println(
                "| client | records/s | CPU, of one core | CPU ms per 1,000 | p50 / p99 ms | KiB allocated per record |");
        out.println("|---|---|---|---|---|---|");
        seen.forEach((kind, m) -> out.printf(
                "| %s | %.0f%s | %.1f %% | %.0f | %.1f / %.1f | %.1f |%n",
                kind.title(),
                m.perSecond(),
                failures(List.of(m)),
                m.cpuShare() * 100,
                m.cpuMillisPerThousand(),
                m.p50Nanos() / 1e6,
                m.p99Nanos() / 1e6,
                m.kibPerRecord()));
    }

    void bridgeHead() {
        out.printf("%n**The whole bridge in its own process: 20 ms round trip, TLS, signed**%n%n");
        out.println("| | records/s | CPU, of one core | CPU ms per 1,000 | p50 / p99 ms | resident MiB |");
        out.println("|---|---|---|---|---|---|");
    }

    void bridge(String title, List<Measurement> rounds) {
        double p99 = median(rounds, m -> m.p99Nanos() / 1e6);
        out.printf(
                "| %s | %,.0f%s | %.1f %% | %.0f | %s | %.0f |%n",
                title,
                median(rounds, Measurement::perSecond),
                failures(rounds),
                median(rounds, m -> m.cpuShare() * 100),
                median(rounds, Measurement::cpuMillisPerThousand),
                p99 == 0 ? "–" : "%.0f / %.0f".formatted(median(rounds, m -> m.p50Nanos() / 1e6), p99),
                median(rounds, m -> m.residentKiB() / 1024.0));
    }

    private static String refusal(Boolean told) {
        return told == null ? "–" : told ? "a failure" : "taken for delivered";
    }

    private static String failures(List<Measurement> rounds) {
        long failed = rounds.stream().mapToLong(Measurement::failed).sum();
        return failed == 0 ? "" : "; " + failed + " publishes failed";
    }

    private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
