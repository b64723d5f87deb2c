package io.github.kinesisiot.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatedFaultTest {

    private final AtomicLong now = new AtomicLong();
    private final RepeatedFault faults = new RepeatedFault(now::get);
    private final List<String> lines = new ArrayList<>();

    // Ten connections that fail twice a second must not fill the disk during an outage of an hour.
    @Test
    void aRepeatedFaultIsReportedOnceAMinuteWithACount() {
        for (int second = 0; second < 60; second++) {
            now.set(TimeUnit.SECONDS.toNanos(second));
            report("DNS");
        }
        report("TLS");
        now.set(TimeUnit.SECONDS.toNanos(61));
        report("DNS");
        assertThat(lines).containsExactly("DNS", "TLS", "DNS (59 more of this kind since the last line about it)");
    }

    // The next outage of the day would begin with up to a minute of silence.
    @Test
    void aFaultThatWasOverIsNewsAgain() {
        report("DNS");
        report("TLS");
        faults.over("DNS");
        report("DNS");
        report("TLS");
        faults.allOver();
        report("TLS");
        assertThat(lines).containsExactly("DNS", "TLS", "DNS", "TLS");
    }

    // A library that names a record in what it warns of would fill the heap within a year.
    @Test
    void kindsWithoutEndCountAsOneAndAreForgottenWhenTheyAreSilent() {
        for (int kind = 0; kind < 10_000; kind++) {
            report("kind " + kind);
        }
        assertThat(lines).hasSize(501).endsWith("kind 500");
        now.set(TimeUnit.MINUTES.toNanos(1));
        report("DNS");
        report("DNS");
        report("TLS");
        assertThat(lines.subList(501, lines.size())).containsExactly("DNS", "TLS");
    }

    private void report(String kind) {
        faults.report(kind, more -> lines.add(kind + RepeatedFault.more(more)));
    }
}
