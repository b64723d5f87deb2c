package io.github.kinesisiot.kinesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.component.aws.common.AwsClientBuilderUtil;
import org.apache.camel.component.aws2.kinesis.Kinesis2Configuration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.Http2Configuration;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.utils.AttributeMap;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The three clients KCL works with: those the user gave to the endpoint, else new ones made from Camel's documented options. An endpoint
 * override is the Kinesis endpoint and goes to the Kinesis client alone; where it is not set, the SDK's own conventions
 * ({@code AWS_ENDPOINT_URL_KINESIS} and so on) decide. Closes what it made and nothing else.
 */
final class KclClients implements AutoCloseable {

    /** What KCL recommends for its Kinesis client. */
    private static final int WINDOW_BYTES = 512 * 1024;

    private static final Duration PING = Duration.ofMinutes(1);

    private final List<SdkAutoCloseable> made = new ArrayList<>();
    private final KinesisAsyncClient kinesis;
    private final DynamoDbAsyncClient dynamoDb;
    private final CloudWatchAsyncClient cloudWatch;

    KclClients(Kinesis2Configuration given, ExecutionInterceptor watch) {
        Kinesis2Configuration bare = given.copy();
        // The HTTP clients below carry the proxy and the trust; Camel's helper would make further ones.
        bare.setProxyHost(null);
        bare.setTrustAllCertificates(false);
        Kinesis2Configuration elsewhere = bare.copy();
        elsewhere.setOverrideEndpoint(false);

        kinesis = given.getAmazonKinesisAsyncClient() != null
                ? given.getAmazonKinesisAsyncClient()
                : made(AwsClientBuilderUtil.buildAsyncClient(
                        bare, KinesisAsyncClient::builder, builder -> builder.httpClient(http2(given))
                                .overrideConfiguration(override -> override.addExecutionInterceptor(watch))));
        SdkAsyncHttpClient shared = given.getDynamoDbAsyncClient() != null && given.getCloudWatchAsyncClient() != null
                ? null
                : made(http(given, NettyNioAsyncHttpClient.builder()));
        dynamoDb = given.getDynamoDbAsyncClient() != null
                ? given.getDynamoDbAsyncClient()
                : made(AwsClientBuilderUtil.buildAsyncClient(
                        elsewhere, DynamoDbAsyncClient::builder, builder -> builder.httpClient(shared)
                                .overrideConfiguration(override -> override.addExecutionInterceptor(watch))));
        cloudWatch = given.getCloudWatchAsyncClient() != null
                ? given.getCloudWatchAsyncClient()
                : made(AwsClientBuilderUtil.buildAsyncClient(
                        elsewhere, CloudWatchAsyncClient::builder, builder -> builder.httpClient(shared)));
    }

    KinesisAsyncClient kinesis() {
        return kinesis;
    }

    DynamoDbAsyncClient dynamoDb() {
        return dynamoDb;
    }

    CloudWatchAsyncClient cloudWatch() {
        return cloudWatch;
    }

    private SdkAsyncHttpClient http2(Kinesis2Configuration given) {
        return made(http(
                given,
                NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(Integer.MAX_VALUE)
                        .http2Configuration(Http2Configuration.builder()
                                .initialWindowSize(WINDOW_BYTES)
                                .healthCheckPingPeriod(PING)
                                .build())
                        .protocol(Protocol.HTTP2)));
    }

    private static SdkAsyncHttpClient http(Kinesis2Configuration given, NettyNioAsyncHttpClient.Builder builder) {
        if (given.getProxyHost() != null && given.getProxyPort() != null) {
            builder.proxyConfiguration(ProxyConfiguration.builder()
                    .scheme(given.getProxyProtocol().toString())
                    .host(given.getProxyHost())
                    .port(given.getProxyPort())
                    .build());
        }
        return builder.buildWithDefaults(AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, given.isTrustAllCertificates())
                .build());
    }

    private <T extends SdkAutoCloseable> T made(T client) {
        made.add(client);
        return client;
    }

    /** The service clients first, then the HTTP clients under them. */
    @Override
    public void close() {
        for (SdkAutoCloseable client : made) {
            if (!(client instanceof SdkAsyncHttpClient)) {
                client.close();
            }
        }
        for (SdkAutoCloseable client : made) {
            if (client instanceof SdkAsyncHttpClient) {
                client.close();
            }
        }
    }
}
