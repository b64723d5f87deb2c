package io.github.kinesisiot.image;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.cloud.demo.Feeder;
import io.github.kinesisiot.cloud.demo.Ledger;
import io.github.kinesisiot.cloud.demo.Reading;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.IntStream;

/** A local cloud into whose stream records flow, and the account of what has come out of it. */
final class Readings implements AutoCloseable {
    private static final int KEYS = 100;

    final LocalCloud cloud;
    final Ledger ledger = new Ledger();
    private final Subscriber subscriber;
    private final Feeder feeder;
    private final ScheduledFuture<?> feeding;

    Readings(CloudOptions options, int perSecond) {
        cloud = LocalCloud.start(options);
        subscriber = cloud.subscribe("kinesis/#", message -> ledger.received(message.text()));
        List<Reading> readings = IntStream.range(0, KEYS)
                .mapToObj(key -> new Reading("device-" + key, key, "40.5", "21.5", false))
                .toList();
        feeder = new Feeder(cloud.kinesis(), cloud.stream(), readings, perSecond, ledger);
        feeding = feeder.start();
    }

    /** Messages so far. */
    int count() {
        return subscriber.count();
    }

    void stopFeeding() {
        if (feeding.isDone()) {
            throw new IllegalStateException("the feeder has failed");
        }
        feeder.close();
    }

    @Override
    public void close() {
        feeder.close();
        cloud.close();
    }
}
