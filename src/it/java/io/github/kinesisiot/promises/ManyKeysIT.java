package io.github.kinesisiot.promises;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import io.github.kinesisiot.cloud.RolePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** A refusal that concerns everything, with more keys than any queue of the libraries has places. */
@Tag("alone")
class ManyKeysIT {

    private static final int KEYS = 6_000;
    private static final int RECORDS = 2 * KEYS;
    private static final int REQUEST = 500;

    /** Records that may become dead letters before the bridge knows that everything is refused. */
    private static final int IN_DOUBT = 20;

    /** From the permission to the last message. */
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    // A first deployment without iot:Publish: beyond a thousand records that waited for their next attempt the others
    // were never tried again, until a restart.
    @Test
    void afterAMinuteOfRefusalsEachOfThousandsOfKeysIsPublishedSoon() throws Exception {
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults().manyRecords())) {
            RolePolicy allowed = RolePolicy.DEFAULT;
            cloud.iot().policy(new RolePolicy(List.of("*"), List.of(), List.of(), false, RolePolicy.Denial.PUBACK));
            var subscriber = cloud.subscribe("kinesis/#");
            put(cloud);
            try (var bridge = BridgeProcess.start(cloud.environment(), cloud.directory())) {
                await().until(() -> {
                    bridge.check();
                    return bridge.log().contains("Holding: ");
                });
                await().until(() -> records(bridge, "bridge_records_retried_total") > 2 * 1_000);

                cloud.iot().policy(allowed);
                Instant permitted = cloud.options().clock().instant();
                await().atMost(RECOVERY).until(() -> {
                    bridge.check();
                    return subscriber.count() + letters(cloud.directory()) >= RECORDS;
                });
                System.out.println(RECORDS + " records published "
                        + Duration.between(permitted, cloud.options().clock().instant())
                                .toMillis()
                        + " ms after the permission");
                assertThat(letters(cloud.directory())).isLessThanOrEqualTo(IN_DOUBT);
                assertThat(bridge.stop()).contains(143);
                assertThat(bridge.log()).contains(", 0 records unsettled");
            }
            assertThat(subscriber.messages().stream().map(ReceivedMessage::text).distinct())
                    .hasSize(RECORDS - (int) letters(cloud.directory()));
        }
    }

    private static void put(LocalCloud cloud) {
        for (int start = 0; start < RECORDS; start += REQUEST) {
            List<PutRecordsRequestEntry> entries = IntStream.range(start, start + REQUEST)
                    .mapToObj(n -> PutRecordsRequestEntry.builder()
                            .partitionKey("device-" + n % KEYS)
                            .data(SdkBytes.fromUtf8String(Integer.toString(n)))
                            .build())
                    .toList();
            var answer = cloud.kinesis()
                    .putRecords(request -> request.streamName(cloud.stream()).records(entries));
            assertThat(answer.failedRecordCount()).isZero();
        }
    }

    private static double records(BridgeProcess bridge, String meter) {
        return bridge.figures().map(figures -> figures.sum(meter, "").orElse(0)).orElse(0.0);
    }

    private static long letters(Path home) throws IOException {
        Path folder = home.resolve("dead-letter");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long letters = 0;
        try (var files = Files.newDirectoryStream(folder, "*.jsonl")) {
            for (Path file : files) {
                letters += Files.readAllLines(file).size();
            }
        }
        return letters;
    }
}
