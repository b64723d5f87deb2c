package io.github.kinesisiot.cloud.bench;

import java.util.Arrays;

/**
 * What was seen of one contender in one stretch of time.
 *
 * @param records acknowledged with success
 * @param failed settled without success
 * @param cpuNanos of the contender's whole process: its threads, the compiler's, the collector's
 * @param p50Nanos from when a publish was due until its acknowledgement; 0 where it was not measured
 * @param allocatedBytes on the Java heap; 0 where it was not measured
 * @param residentKiB of the process, at the end
 */
record Measurement(
        long records,
        long failed,
        long nanos,
        long cpuNanos,
        long p50Nanos,
        long p99Nanos,
        long allocatedBytes,
        long residentKiB) {

    static Measurement parse(String line) {
        long[] values =
                Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
        return new Measurement(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
    }

    String line() {
        return "%d %d %d %d %d %d %d %d"
                .formatted(records, failed, nanos, cpuNanos, p50Nanos, p99Nanos, allocatedBytes, residentKiB);
    }

    Measurement latencies(long p50, long p99) {
        return new Measurement(records, failed, nanos, cpuNanos, p50, p99, allocatedBytes, residentKiB);
    }

    double perSecond() {
        return records * 1e9 / nanos;
    }

    double cpuSecondsPerMillion() {
        return cpuNanos / 1e3 / records;
    }

    /** Of one core. */
    double cpuShare() {
        return (double) cpuNanos / nanos;
    }

    double kibPerRecord() {
        return allocatedBytes / 1024.0 / records;
    }
}
