package io.github.kinesisiot.check;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Clients of the source account by the conventions of the running bridge: the SDK's default credential chain, its environment variables for
 * endpoints, and the region of the settings. They remember which host each service was asked at and how far its clock is from ours.
 */
final class AwsClients implements AutoCloseable {

    private static final Duration ATTEMPT = Duration.ofMillis(4_000);
    /** A single throttled answer is no finding; more tries would only hide one. */
    private static final int ATTEMPTS = 3;

    private static final Duration CALL = Duration.ofMillis(9_000);

    /** What tests change of each client; gets the service's name. */
    interface Customizer extends BiConsumer<String, AwsClientBuilder<?, ?>> {}

    static final Customizer AS_THE_SDK_DOES = (service, builder) -> {};

    private final Clock clock;
    private final SdkHttpClient http;
    private final AwsCredentialsProvider credentials;
    private final Map<String, String> hosts = new ConcurrentHashMap<>();
    private volatile Duration clockDifference;

    final StsClient sts;
    final KinesisClient kinesis;
    final DynamoDbClient dynamoDb;

    AwsClients(String region, Clock clock, Customizer customizer) {
        this.clock = clock;
        this.http = ApacheHttpClient.builder().build();
        this.credentials = DefaultCredentialsProvider.builder().build();
        var watch = new Watch();
        this.sts = prepared("sts", StsClient.builder().httpClient(http), region, watch, customizer)
                .build();
        this.kinesis = prepared("kinesis", KinesisClient.builder().httpClient(http), region, watch, customizer)
                .build();
        this.dynamoDb = prepared("dynamodb", DynamoDbClient.builder().httpClient(http), region, watch, customizer)
                .build();
    }

    private <B extends AwsClientBuilder<B, ?>> B prepared(
            String service, B builder, String region, ExecutionInterceptor watch, Customizer customizer) {
        builder.region(Region.of(region))
                .credentialsProvider(credentials)
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(ATTEMPT)
                        .apiCallTimeout(CALL)
                        .retryStrategy(retries -> retries.maxAttempts(ATTEMPTS))
                        .addExecutionInterceptor(watch));
        customizer.accept(service, builder);
        return builder;
    }

    /** The host that a service was last asked at, with its port where it is an odd one. */
    String host(String service) {
        return hosts.getOrDefault(service, "an address that was not found out");
    }

    /** AWS's clock minus ours, in whole seconds; empty before the first answer. */
    Optional<Duration> clockDifference() {
        return Optional.ofNullable(clockDifference);
    }

    @Override
    public void close() {
        sts.close();
        kinesis.close();
        dynamoDb.close();
        http.close();
    }

    private final class Watch implements ExecutionInterceptor {

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            var request = context.httpRequest();
            boolean odd = request.port() != 443 && request.port() != 80;
            hosts.put(
                    attributes
                            .getAttribute(SdkExecutionAttribute.SERVICE_NAME)
                            .toLowerCase(java.util.Locale.ROOT)
                            .replaceAll("[^a-z].*", ""),
                    request.host() + (odd ? ":" + request.port() : ""));
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            context.httpResponse().firstMatchingHeader("Date").ifPresent(date -> {
                try {
                    Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
                    clockDifference = Duration.between(now, theirs);
                } catch (DateTimeException e) {
                    // A proxy's odd date tells nothing.
                }
            });
        }
    }
}
