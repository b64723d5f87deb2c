package io.github.kinesisiot.iot;

import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.credentials.SessionSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Sessions that begin when the test says so. */
final class TestSessions implements SessionSource, AutoCloseable {

    private final Supplier<AssumedSession> next;
    private final Runnable close;
    private final List<Consumer<AssumedSession>> listeners = new CopyOnWriteArrayList<>();
    final List<AssumedSession> refused = new CopyOnWriteArrayList<>();
    private volatile AssumedSession current;
    private long number;

    private TestSessions(Supplier<AssumedSession> next, Runnable close) {
        this.next = next;
        this.close = close;
    }

    /** Of the local cloud's STS. */
    static TestSessions of(LocalCloud cloud) {
        StsClient sts = StsClient.builder()
                .endpointOverride(cloud.sts().endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(cloud.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
        return new TestSessions(
                () -> {
                    Credentials credentials = sts.assumeRole(
                                    r -> r.roleArn(cloud.roleArn()).roleSessionName("test"))
                            .credentials();
                    return session(
                            AwsSessionCredentials.create(
                                    credentials.accessKeyId(),
                                    credentials.secretAccessKey(),
                                    credentials.sessionToken()),
                            credentials.expiration());
                },
                sts::close);
    }

    /** Of nobody's, for a broker that does not look. */
    static TestSessions invented() {
        return new TestSessions(
                () -> session(
                        AwsSessionCredentials.create("ASIAEXAMPLE", "secret", "token"),
                        Instant.now().plusSeconds(3600)),
                () -> {});
    }

    private static AssumedSession session(AwsSessionCredentials credentials, Instant expiresAt) {
        return new AssumedSession(
                0, credentials, Instant.now(), expiresAt, "arn:aws:sts::222222222222:assumed-role/bridge/test");
    }

    synchronized AssumedSession begin() {
        AssumedSession issued = next.get();
        current = new AssumedSession(
                ++number, issued.credentials(), issued.issuedAt(), issued.expiresAt(), issued.assumedRoleArn());
        listeners.forEach(listener -> listener.accept(current));
        return current;
    }

    @Override
    public Optional<AssumedSession> current() {
        return Optional.ofNullable(current).filter(s -> Instant.now().isBefore(s.expiresAt()));
    }

    @Override
    public Runnable onNewSession(Consumer<AssumedSession> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    int followers() {
        return listeners.size();
    }

    @Override
    public void refused(AssumedSession session) {
        refused.add(session);
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return current().orElseThrow().credentials();
    }

    @Override
    public void close() {
        close.run();
    }
}
