package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.LocalCloud;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Where contenders connect: to the broker itself, or through the gate, which wants TLS and a signature. Its words travel to
 * their processes.
 *
 * @param caFile null at the broker itself
 * @param credentials null at the broker itself
 */
record Target(URI url, Path caFile, AwsSessionCredentials credentials) {

    /** @param port the broker's for WebSockets, or one that leads there */
    static Target broker(int port) {
        return new Target(URI.create("ws://127.0.0.1:" + port + "/mqtt"), null, null);
    }

    static Target gate(LocalCloud cloud) {
        try (StsClient sts = StsClient.builder()
                .endpointOverride(cloud.sts().endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(cloud.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .build()) {
            var issued = sts.assumeRole(r -> r.roleArn(cloud.roleArn()).roleSessionName("bench"))
                    .credentials();
            return new Target(
                    URI.create("wss://" + cloud.iot().endpoint() + "/mqtt"),
                    cloud.caFile(),
                    AwsSessionCredentials.create(
                            issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken()));
        }
    }

    static Target parse(List<String> words) {
        URI url = URI.create(words.get(0));
        return words.size() == 1
                ? new Target(url, null, null)
                : new Target(
                        url,
                        Path.of(words.get(1)),
                        AwsSessionCredentials.create(words.get(2), words.get(3), words.get(4)));
    }

    List<String> words() {
        return signed()
                ? List.of(
                        url.toString(),
                        caFile.toString(),
                        credentials.accessKeyId(),
                        credentials.secretAccessKey(),
                        credentials.sessionToken())
                : List.of(url.toString());
    }

    boolean signed() {
        return credentials != null;
    }
}
