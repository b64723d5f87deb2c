package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Records of 200 bytes into the emulator at a steady rate, each with the moment before its request; and how late each comes out. */
final class EmulatorFeed implements AutoCloseable {
    static final int PER_SECOND = 250;

    private static final int PER_REQUEST = 50;
    private static final int KEYS = 500;

    private final LocalCloud cloud;
    private final ConcurrentLinkedQueue<Long> latencyNanos = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private int number;

    EmulatorFeed(LocalCloud cloud) {
        this.cloud = cloud;
        cloud.subscribe("kinesis/#", this::received);
        thread.scheduleAtFixedRate(this::put, 0, 1_000_000L * PER_REQUEST / PER_SECOND, TimeUnit.MICROSECONDS);
    }

    /** Forgets what has come so far. */
    void reset() {
        latencyNanos.clear();
    }

    /** What has come since, sorted. */
    long[] latencies() {
        return latencyNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private void put() {
        byte[] payload = new byte[Load.PAYLOAD];
        Arrays.fill(payload, (byte) ' ');
        byte[] now = Long.toString(System.nanoTime()).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(now, 0, payload, 0, now.length);
        SdkBytes data = SdkBytes.fromByteArray(payload);
        List<PutRecordsRequestEntry> entries = IntStream.range(0, PER_REQUEST)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .partitionKey("device-" + number++ % KEYS)
                        .data(data)
                        .build())
                .toList();
        cloud.kinesis().putRecords(r -> r.streamName(cloud.stream()).records(entries));
    }

    private void received(ReceivedMessage message) {
        latencyNanos.add(System.nanoTime() - Long.parseLong(message.text().strip()));
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
