package io.github.kinesisiot.cloud;

import io.github.kinesisiot.cloud.CloudOptions.Part;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Two AWS accounts on loopback, in two regions. In the source account: Kinesis, DynamoDB and the bridge's own user or role. In the target
 * account: a role that the bridge may assume, and an IoT endpoint. STS answers for both.
 *
 * <p>{@link #environment()} is all that points a bridge at it. Everything is in memory and ends with {@link #close()} or with this
 * JVM, however that ends. Thread-safe.
 */
public final class LocalCloud implements AutoCloseable {
    private final CloudOptions options;
    private final OptionalInt givenBroker;
    private final Path run;
    private final Identities identities;
    private final WebIdentityProvider identityProvider;
    private final SourceCredentials source;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Vertx vertx;
    private Emulator kinesisEmulator;
    private ServiceFront kinesisFront;
    private ServiceFront targetKinesisFront;
    private Emulator dynamoDbEmulator;
    private ServiceFront dynamoDbFront;
    private KinesisClient kinesis;
    private KinesisClient targetKinesis;
    private DynamoDbClient dynamoDb;
    private StsServer sts;
    private Mosquitto broker;
    private Certificates certificates;
    private IotGate iot;

    private LocalCloud(CloudOptions options, OptionalInt givenBroker) {
        this.options = options;
        this.givenBroker = givenBroker;
        this.run = Workspace.newRun();
        this.identities = new Identities(options.clock());
        this.identityProvider = new WebIdentityProvider(options.clock());
        this.source = opened(this::sourceCredentials);
        this.vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true).setEventLoopPoolSize(2));
        opened(() -> () -> Futures.await(vertx.close()));
    }

    public static LocalCloud start() {
        return start(CloudOptions.defaults());
    }

    /** Starts all parts at once and returns when each of them answers and the stream is active. */
    public static LocalCloud start(CloudOptions options) {
        return start(options, OptionalInt.empty());
    }

    /** @param brokerPort of a broker that listens for WebSockets already; the cloud then has none of its own */
    public static LocalCloud start(CloudOptions options, int brokerPort) {
        return start(options, OptionalInt.of(brokerPort));
    }

    private static LocalCloud start(CloudOptions options, OptionalInt givenBroker) {
        LocalCloud cloud = new LocalCloud(options, givenBroker);
        try {
            cloud.startParts();
            return cloud;
        } catch (RuntimeException e) {
            cloud.close();
            throw e;
        }
    }

    private void startParts() {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Void>> parts = new ArrayList<>();
            if (has(Part.KINESIS)) {
                parts.add(CompletableFuture.runAsync(this::startKinesis, threads));
            }
            if (has(Part.DYNAMODB)) {
                parts.add(CompletableFuture.runAsync(this::startDynamoDb, threads));
            }
            if (has(Part.STS)) {
                parts.add(CompletableFuture.runAsync(this::startSts, threads));
            }
            if (has(Part.IOT)) {
                parts.add(CompletableFuture.runAsync(() -> startIot(threads), threads));
            }
            joinAll(parts);
        } finally {
            threads.shutdown();
        }
    }

    private boolean has(Part part) {
        return options.parts().contains(part);
    }

    /** Waits for all, also after a failure: nothing may start behind the back of {@link #close()}. */
    private static void joinAll(List<CompletableFuture<Void>> parts) {
        try {
            CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void startKinesis() {
        if (has(Part.MANY_RECORDS)) {
            kinesisEmulator = opened(() -> Emulator.lastingKinesis(NodePackages.lasting(), run));
        } else {
            kinesisEmulator = opened(() -> Emulator.kinesis(NodePackages.emulators(), run));
        }
        kinesisFront = opened(() -> front(kinesisEmulator, "kinesis"));
        targetKinesisFront = opened(() -> front(kinesisEmulator, "kinesis", Accounts.TARGET, Accounts.TARGET_REGION));
        kinesis = opened(() -> kinesisClient(Accounts.SOURCE_REGION, kinesisEndpoint()));
        targetKinesis = opened(
                () -> kinesisClient(Accounts.TARGET_REGION, URI.create("http://127.0.0.1:" + kinesisEmulator.port())));
        Streams.create(kinesis, options.stream(), options.shards());
    }

    private KinesisClient kinesisClient(String region, URI endpoint) {
        Supplier<KinesisClient> build = () -> KinesisClient.builder()
                .region(Region.of(region))
                .endpointOverride(endpoint)
                .credentialsProvider(credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
        return has(Part.MANY_RECORDS) ? withoutCbor(build) : build.get();
    }

    /** A client knows no such option: it asks the system property, once, when it is built. Other clouds of this JVM shall not see it. */
    private static synchronized KinesisClient withoutCbor(Supplier<KinesisClient> build) {
        String cbor = SdkSystemSetting.CBOR_ENABLED.property();
        String before = System.setProperty(cbor, "false");
        try {
            return build.get();
        } finally {
            if (before == null) {
                System.clearProperty(cbor);
            } else {
                System.setProperty(cbor, before);
            }
        }
    }

    private void startDynamoDb() {
        dynamoDbEmulator = opened(() -> Emulator.dynamoDb(NodePackages.emulators(), run));
        dynamoDbFront = opened(() -> front(dynamoDbEmulator, "dynamodb"));
        dynamoDb = opened(() -> DynamoDbClient.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(dynamoDbEndpoint())
                .credentialsProvider(credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .build());
    }

    /** What clients of an emulator connect to, in the source account; whoever asks for it closes it. */
    ServiceFront front(Emulator emulator, String service) {
        return front(emulator, service, Accounts.SOURCE, Accounts.SOURCE_REGION);
    }

    private ServiceFront front(Emulator emulator, String service, String account, String region) {
        SigV4Verifier verifier =
                new SigV4Verifier(service, region, Optional.of(account), options.clock(), identities::find);
        return new ServiceFront(vertx, emulator.port(), verifier, identities::find);
    }

    private SourceCredentials sourceCredentials() {
        Duration lifetime = options.sourceLifetime();
        return switch (options.source()) {
            case USER -> new KeysInEnvironment(identities.user(), List::of);
            case STATIC_SESSION ->
                new KeysInEnvironment(identities.issueSource("static", lifetime), identities::sourceSessions);
            case CONTAINER -> new ContainerCredentials(options.clock(), identities, lifetime, Optional.empty());
            case POD_IDENTITY ->
                new ContainerCredentials(
                        options.clock(), identities, lifetime, Optional.of(run.resolve("pod-identity-token")));
            case WEB_IDENTITY ->
                new WebIdentityFile(
                        identityProvider,
                        run.resolve("web-identity-token"),
                        lifetime,
                        Executors.newSingleThreadScheduledExecutor(task -> {
                            Thread thread = new Thread(task, "web-identity-token");
                            thread.setDaemon(true);
                            return thread;
                        }),
                        identities::sourceSessions);
        };
    }

    private void startSts() {
        RoleTrust trust = new RoleTrust(
                options.source() == CloudOptions.Source.USER ? Accounts.BRIDGE_USER_ARN : Accounts.BRIDGE_ROLE_ARN,
                options.externalId(),
                options.tagSession(),
                options.setSourceIdentity(),
                options.maxSessionDuration(),
                options.sessionLifetime());
        Optional<WebIdentityProvider> trustedProvider =
                options.source() == CloudOptions.Source.WEB_IDENTITY ? Optional.of(identityProvider) : Optional.empty();
        StsActions actions = new StsActions(identities, trust, trustedProvider, options.sourceLifetime());
        sts = opened(() -> new StsServer(options.clock(), identities, actions));
    }

    private void startIot(ExecutorService threads) {
        CompletableFuture<Certificates> made = CompletableFuture.supplyAsync(Certificates::ofThisJvm, threads);
        int brokerPort = givenBroker.orElseGet(() -> {
            broker = opened(() -> Mosquitto.start(run));
            return broker.webSocketPort();
        });
        certificates = made.join();
        iot = opened(() -> gate(Accounts.TARGET, brokerPort));
    }

    private IotGate gate(String account, int brokerPort) {
        return new IotGate(
                vertx, options.clock(), identities, account, certificates, brokerPort, options.closeOnExpiry());
    }

    private <T extends AutoCloseable> T opened(Supplier<T> starter) {
        T part = starter.get();
        synchronized (opened) {
            opened.add(part);
        }
        return part;
    }

    /** What a user sets for the bridge, and nothing else: with it {@code bridge run} works against this cloud. */
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("AWS_REGION", Accounts.SOURCE_REGION);
        environment.putAll(source.environment());
        if (has(Part.KINESIS)) {
            environment.put("AWS_ENDPOINT_URL_KINESIS", kinesisEndpoint().toString());
            environment.put("KINESIS_STREAM", options.stream());
        }
        if (has(Part.MANY_RECORDS)) {
            environment.put(SdkSystemSetting.CBOR_ENABLED.environmentVariable(), "false");
        }
        if (has(Part.DYNAMODB)) {
            environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDbEndpoint().toString());
        }
        if (has(Part.STS)) {
            environment.put("AWS_ENDPOINT_URL_STS", sts.endpoint().toString());
            environment.put("EXTERNAL_ROLE_ARN", roleArn());
            options.externalId().ifPresent(id -> environment.put("EXTERNAL_ROLE_EXTERNAL_ID", id));
        }
        if (has(Part.IOT)) {
            environment.put("IOT_ENDPOINT", iot.endpoint());
            // The host name of AWS's endpoint tells it, "localhost" does not.
            environment.put("IOT_REGION", Accounts.TARGET_REGION);
            environment.put("IOT_CA_FILE", caFile().toString());
        }
        return environment;
    }

    public CloudOptions options() {
        return options;
    }

    /** The stream made at start. */
    public String stream() {
        return options.stream();
    }

    public String roleArn() {
        return Accounts.ROLE_ARN;
    }

    public Path caFile() {
        return certificates.caFile();
    }

    /** All that must be in no log, meter or page: the bridge's own secret, and of each session so far the key, the secret and the token. */
    public List<String> secrets() {
        return identities.secrets();
    }

    /** The long-lived keys of the source account's user: the bridge's own, unless the options give it a role. */
    public AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                identities.user().accessKeyId(), identities.user().secretAccessKey()));
    }

    /** Where the bridge has its credentials from. */
    public SourceCredentials source() {
        return source;
    }

    public URI kinesisEndpoint() {
        return kinesisFront.endpoint();
    }

    public URI dynamoDbEndpoint() {
        return dynamoDbFront.endpoint();
    }

    public KinesisClient kinesis() {
        return kinesis;
    }

    /** A further client, past the switches that make Kinesis fail; ends with the cloud. */
    public KinesisClient kinesisPastTheSwitches() {
        return opened(
                () -> kinesisClient(Accounts.SOURCE_REGION, URI.create("http://127.0.0.1:" + kinesisEmulator.port())));
    }

    public DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    public StsServer sts() {
        return sts;
    }

    public IotGate iot() {
        return iot;
    }

    public Mosquitto broker() {
        return broker;
    }

    /** A second target account with a broker of its own; the first one's role has no rights in it. */
    public SecondTarget secondTarget() {
        Mosquitto own = opened(() -> Mosquitto.start(Workspace.newRun()));
        return new SecondTarget(opened(() -> gate(Accounts.SECOND_TARGET, own.webSocketPort())), own);
    }

    /** What is in the second target account. */
    public record SecondTarget(IotGate iot, Mosquitto broker) {

        public String roleArn() {
            return Accounts.SECOND_ROLE_ARN;
        }
    }

    /** Listens to a topic filter at the broker of the second target account. */
    public Subscriber subscribe(SecondTarget target, String topicFilter) {
        return opened(
                () -> Subscriber.connect(target.broker().plainUrl(), topicFilter, options.clock(), message -> {}));
    }

    /** The switches that make Kinesis fail; they hold for {@link #kinesis()} as well. */
    public ServiceFront kinesisFront() {
        return kinesisFront;
    }

    /** Kinesis of the target account, in its region: other streams, for its identities only. */
    public ServiceFront targetKinesisFront() {
        return targetKinesisFront;
    }

    /** The switches that make DynamoDB fail; they hold for {@link #dynamoDb()} as well. */
    public ServiceFront dynamoDbFront() {
        return dynamoDbFront;
    }

    public Emulator kinesisEmulator() {
        return kinesisEmulator;
    }

    public Emulator dynamoDbEmulator() {
        return dynamoDbEmulator;
    }

    /** The target account's Kinesis, past its front. */
    public KinesisClient targetKinesis() {
        return targetKinesis;
    }

    /** A stream of the target account; returns when it is active. */
    public void createTargetStream(String name, int shards) {
        Streams.create(targetKinesis, name, shards);
    }

    /** A further stream; returns when it is active. */
    public void createStream(String name, int shards) {
        Streams.create(kinesis, name, shards);
    }

    /** Listens to a topic filter, straight at the broker. */
    public Subscriber subscribe(String topicFilter) {
        return subscribe(topicFilter, message -> {});
    }

    public Subscriber subscribe(String topicFilter, Consumer<ReceivedMessage> listener) {
        return opened(() -> Subscriber.connect(broker.plainUrl(), topicFilter, options.clock(), listener));
    }

    /** Where the logs of its programs are. */
    public Path directory() {
        return run;
    }

    /** Ends everything, the last thing started first. */
    @Override
    public void close() {
        List<AutoCloseable> parts;
        synchronized (opened) {
            parts = new ArrayList<>(opened);
            opened.clear();
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                parts.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the local cloud did not close", e);
            }
        }
    }

    /** Starts it and prints what to set, for {@code bridge run} in another terminal; ends at Enter or at SIGTERM. */
    public static void main(String[] args) throws Exception {
        try (LocalCloud cloud = start()) {
            cloud.environment().forEach((name, value) -> System.out.println("export " + name + "='" + value + "'"));
            System.out.println(
                    "# Subscribers connect to " + cloud.broker().plainUrl() + "; logs are in " + cloud.directory());
            System.out.println("# Enter ends it.");
            System.in.read();
        } catch (MissingProgramException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
