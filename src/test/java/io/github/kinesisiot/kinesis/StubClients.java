package io.github.kinesisiot.kinesis;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.apache.camel.component.aws2.kinesis.Kinesis2Configuration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisServiceClientConfiguration;

/** KCL's clients without AWS: each call is answered with what the test makes of its request. */
final class StubClients {

    private StubClients() {}

    /** @param answers throw what a call fails with; null for one that fails anyhow */
    static KclClients of(Function<Object, Object> answers) {
        Kinesis2Configuration configuration = new Kinesis2Configuration();
        configuration.setAmazonKinesisAsyncClient(client(KinesisAsyncClient.class, answers));
        configuration.setDynamoDbAsyncClient(client(DynamoDbAsyncClient.class, answers));
        configuration.setCloudWatchAsyncClient(client(CloudWatchAsyncClient.class, answers));
        return new KclClients(configuration, new ExecutionInterceptor() {});
    }

    static SourceSettings settings(SourceSettings.Retrieval retrieval) {
        return new SourceSettings(
                StartPosition.parse("TRIM_HORIZON"),
                retrieval,
                10,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(30));
    }

    static KclConfig config(KclClients clients, ExecutorService threads) {
        return new KclConfig(
                StreamName.parse("orders"),
                "orders-app",
                settings(SourceSettings.Retrieval.POLLING),
                clients,
                "worker-1",
                false,
                threads);
    }

    private static <T> T client(Class<T> type, Function<Object, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getReturnType() == KinesisServiceClientConfiguration.class) {
                        return KinesisServiceClientConfiguration.builder()
                                .region(Region.EU_WEST_1)
                                .build();
                    }
                    if (!CompletableFuture.class.isAssignableFrom(method.getReturnType())) {
                        return null;
                    }
                    try {
                        Object answer = answers.apply(arguments[0]);
                        return answer == null
                                ? CompletableFuture.failedFuture(new IllegalStateException("away"))
                                : CompletableFuture.completedFuture(answer);
                    } catch (RuntimeException refused) {
                        return CompletableFuture.failedFuture(refused);
                    }
                }));
    }
}
