package io.github.kinesisiot.cloud.training;

import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.github.kinesisiot.cloud.LocalCloud;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A cloud that needs nothing but Java, so that an image's build has it too. STS and the IoT endpoint are those of the local cloud; stream,
 * lease table and broker are stand-ins with just what one run of the bridge asks for. They refuse nothing, so they are for training only:
 * tests use the emulators and the broker of {@link LocalCloud}.
 */
final class TrainingCloud implements AutoCloseable {
    private static final long LIMIT_SECONDS = 10;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));
    private final TrainingStream stream;
    private final TrainingTable table = new TrainingTable();
    private final LocalCloud target;
    private final Map<String, String> environment = new HashMap<>();

    TrainingCloud(Clock clock) throws Exception {
        stream = new TrainingStream(clock);
        String kinesis = url(JsonService.listen(vertx, stream));
        String dynamoDb = url(JsonService.listen(vertx, table));
        int broker = await(TrainingBroker.listen(vertx)).actualPort();
        target = LocalCloud.start(CloudOptions.defaults().clock(clock).only(Part.STS, Part.IOT), broker);
        environment.putAll(target.environment());
        environment.put("KINESIS_STREAM", "training");
        environment.put("AWS_ENDPOINT_URL_KINESIS", kinesis);
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb);
    }

    /** What points a bridge at it. */
    Map<String, String> environment() {
        return environment;
    }

    /** For logs. */
    Path directory() {
        return target.directory();
    }

    /** Whether the bridge reads. */
    boolean read() {
        return stream.read();
    }

    /** Whether the bridge has published all records and written so to the lease table. */
    boolean everythingCheckpointed() {
        return table.everyCheckpointIs(TrainingStream.lastSequenceNumber());
    }

    @Override
    public void close() {
        target.close();
        vertx.close();
    }

    private static String url(Future<HttpServer> server) throws Exception {
        return "http://127.0.0.1:" + await(server).actualPort();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
