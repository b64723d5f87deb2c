package io.github.kinesisiot.cloud;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * SQS and S3 of the source account, with a queue and a bucket, both called {@value #NAME}. What is in them is read past the switches that make them
 * fail. Thread-safe.
 */
public final class Stores implements AutoCloseable {
    /** Of the queue and of the bucket. */
    public static final String NAME = "letters";

    private final Emulator emulator;
    private final ServiceFront sqsFront;
    private final ServiceFront s3Front;
    private final SqsClient sqs;
    private final S3Client s3;
    private final String queueUrl;

    private Stores(Emulator emulator, ServiceFront sqsFront, ServiceFront s3Front, AwsCredentialsProvider credentials) {
        this.emulator = emulator;
        this.sqsFront = sqsFront;
        this.s3Front = s3Front;
        URI endpoint = URI.create("http://127.0.0.1:" + emulator.port());
        sqs = SqsClient.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(endpoint)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
        s3 = S3Client.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(endpoint)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
        queueUrl = sqs.createQueue(request -> request.queueName(NAME)).queueUrl();
        s3.createBucket(request -> request.bucket(NAME));
    }

    /** Beside a cloud, in its source account. */
    public static Stores start(LocalCloud cloud) {
        Emulator emulator = Emulator.stores(NodePackages.stores(), cloud.directory());
        return new Stores(
                emulator,
                cloud.front(emulator, AwsService.SQS, ServiceRules.NONE),
                cloud.front(emulator, AwsService.S3, ServiceRules.NONE),
                cloud.credentials());
    }

    public String queueUrl() {
        return queueUrl;
    }

    /** The switches that make SQS fail. */
    public ServiceFront sqsFront() {
        return sqsFront;
    }

    /** The switches that make S3 fail. */
    public ServiceFront s3Front() {
        return s3Front;
    }

    /** The bodies of the queue's messages, which stay there; in no order, as those of any queue. */
    public List<String> messages() {
        return sqs
                .receiveMessage(request ->
                        request.queueUrl(queueUrl).maxNumberOfMessages(10).visibilityTimeout(0))
                .messages()
                .stream()
                .map(Message::body)
                .toList();
    }

    /** The keys of the bucket's objects, in order. */
    public List<String> keys() {
        return s3.listObjectsV2(request -> request.bucket(NAME)).contents().stream()
                .map(S3Object::key)
                .sorted()
                .toList();
    }

    /** The bucket's objects, in the order of their keys. */
    public List<String> objects() {
        List<String> objects = new ArrayList<>();
        for (String key : keys()) {
            objects.add(s3.getObjectAsBytes(request -> request.bucket(NAME).key(key))
                    .asUtf8String());
        }
        return objects;
    }

    /** What a bridge needs beside the cloud's own settings. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL_SQS", sqsFront.endpoint().toString(),
                "AWS_ENDPOINT_URL_S3", s3Front.endpoint().toString());
    }

    @Override
    public void close() {
        sqs.close();
        s3.close();
        sqsFront.close();
        s3Front.close();
        emulator.close();
    }
}
