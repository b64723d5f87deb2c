package io.github.kinesisiot.cloud.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/**
 * Puts readings into a stream at a steady rate, the data set again and again. One request never holds two records of one device,
 * and what a request did not take is put again before the next one: each device's records are in the stream in order.
 */
public final class Feeder implements AutoCloseable {
    private final KinesisClient kinesis;
    private final String stream;
    private final List<Reading> readings;
    private final int perSecond;
    private final Ledger ledger;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "feeder");
        created.setDaemon(true);
        return created;
    });
    private int position;
    private volatile boolean ending;

    /** @param perSecond records, of all devices together */
    public Feeder(KinesisClient kinesis, String stream, List<Reading> readings, int perSecond, Ledger ledger) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.readings = readings;
        this.perSecond = perSecond;
        this.ledger = ledger;
    }

    /** The future ends only with a failure. */
    public ScheduledFuture<?> start() {
        int devices = (int) readings.stream().map(Reading::device).distinct().count();
        long period = TimeUnit.SECONDS.toNanos(devices) / perSecond;
        return thread.scheduleAtFixedRate(this::putNext, 0, period, TimeUnit.NANOSECONDS);
    }

    /** Puts no more after the request under way. */
    @Override
    public void close() {
        ending = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Kinesis does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void putNext() {
        List<Reading> batch = new ArrayList<>();
        Set<String> devices = new HashSet<>();
        while (devices.add(readings.get(position).device())) {
            batch.add(readings.get(position));
            position = (position + 1) % readings.size();
        }
        while (!batch.isEmpty() && !ending) {
            batch = put(batch);
        }
    }

    /** What was not taken. */
    private List<Reading> put(List<Reading> batch) {
        List<PutRecordsRequestEntry> entries = batch.stream()
                .map(reading -> PutRecordsRequestEntry.builder()
                        .partitionKey(reading.device())
                        .data(SdkBytes.fromUtf8String(reading.json(ledger.next(reading.device()))))
                        .build())
                .toList();
        PutRecordsResponse answer =
                kinesis.putRecords(request -> request.streamName(stream).records(entries));
        List<Reading> refused = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (answer.records().get(i).errorCode() == null) {
                ledger.put(batch.get(i).device());
            } else {
                refused.add(batch.get(i));
            }
        }
        return refused;
    }
}
