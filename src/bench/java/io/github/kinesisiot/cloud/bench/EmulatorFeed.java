package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.LocalCloud;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Stamped records into the emulator at a steady rate. */
final class EmulatorFeed implements AutoCloseable {
    static final int PER_SECOND = 250;

    private static final int PER_REQUEST = 50;
    private static final int KEYS = 500;

    private final LocalCloud cloud;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private int number;

    EmulatorFeed(LocalCloud cloud) {
        this.cloud = cloud;
    }

    void begin() {
        thread.scheduleAtFixedRate(this::put, 0, 1_000_000L * PER_REQUEST / PER_SECOND, TimeUnit.MICROSECONDS);
    }

    private void put() {
        SdkBytes data = SdkBytes.fromByteArray(Stamp.now());
        List<PutRecordsRequestEntry> entries = IntStream.range(0, PER_REQUEST)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .partitionKey("device-" + number++ % KEYS)
                        .data(data)
                        .build())
                .toList();
        cloud.kinesis().putRecords(r -> r.streamName(cloud.stream()).records(entries));
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
