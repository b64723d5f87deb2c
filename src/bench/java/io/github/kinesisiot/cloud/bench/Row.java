package io.github.kinesisiot.cloud.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** One line of the table: what was seen of one contender on one road. */
record Row(Road road, String title, List<Measurement> rounds) {

    double median(ToDoubleFunction<Measurement> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    double perSecond() {
        return median(Measurement::perSecond);
    }

    double cpu() {
        return median(Measurement::cpuSecondsPerMillion);
    }

    /** As a line of Markdown; the ratios are of messages per second. */
    String markdown(Row stock, Row paho) {
        String each = String.join(
                ", ", rounds.stream().map(m -> "%,.0f".formatted(m.perSecond())).toList());
        long failed = rounds.stream().mapToLong(Measurement::failed).sum();
        return "| %s | %,.0f (%s)%s | %s | %s | %.1f | %.1f / %.1f | %.1f | %.0f |"
                .formatted(
                        title,
                        perSecond(),
                        each,
                        failed == 0 ? "" : "; " + failed + " failed",
                        ratio(stock),
                        ratio(paho),
                        cpu(),
                        median(m -> m.p50Nanos() / 1e6),
                        median(m -> m.p99Nanos() / 1e6),
                        median(Measurement::kibPerRecord),
                        median(m -> m.residentKiB() / 1024.0));
    }

    private String ratio(Row other) {
        return other == null ? "–" : "%.2f".formatted(perSecond() / other.perSecond());
    }
}
