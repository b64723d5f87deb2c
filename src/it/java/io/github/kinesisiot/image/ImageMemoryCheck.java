package io.github.kinesisiot.image;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.CloudOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the container holds in memory at a full shard's rate. Two minutes; run by {@code src/it/sh/image --memory}. */
class ImageMemoryCheck {
    private static final int PER_SECOND = 1_000;
    private static final Duration WARM = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofSeconds(75);
    private static final long LARGEST_KIB = 300 * 1_000_000L / 1024;

    // A limit that is right at rest and wrong at work ends the container when it is needed most.
    @Test
    void itStaysBelow300MegabytesAt1000RecordsASecond() {
        try (var readings = new Readings(CloudOptions.defaults().manyRecords().shards(2), PER_SECOND);
                var container = Container.start(readings.cloud, Map.of("IOT_CONNECTIONS", "12"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                container.check();
                return container.ready();
            });
            long[] figures = new long[3];
            await().pollDelay(WARM).atMost(WARM.plusSeconds(10)).until(() -> true);
            int before = readings.count();
            await().pollInterval(Duration.ofSeconds(1))
                    .during(MEASURED)
                    .atMost(MEASURED.plusSeconds(20))
                    .until(() -> {
                        figures[0] = Math.max(figures[0], kib(container, "VmRSS"));
                        figures[1] = Math.max(figures[1], kib(container, "RssAnon"));
                        figures[2] = Math.max(figures[2], kib(container, "RssFile"));
                        return true;
                    });
            double rate = (readings.count() - before) / (double) MEASURED.toSeconds();
            System.out.printf(
                    "%.0f messages/s; RSS at most %.0f MB (anonymous %.0f, of files %.0f)%n",
                    rate, figures[0] / 976.6, figures[1] / 976.6, figures[2] / 976.6);
            readings.stopFeeding();
            assertThat(container.stop()).isEqualTo(143);
            assertThat(rate).isGreaterThan(0.95 * PER_SECOND);
            assertThat(figures[0]).isLessThanOrEqualTo(LARGEST_KIB);
        }
    }

    private static long kib(Container container, String name) {
        return Long.parseLong(container.status(name).replace(" kB", ""));
    }
}
