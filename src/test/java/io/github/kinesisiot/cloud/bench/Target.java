package io.github.kinesisiot.cloud.bench;

import io.github.kinesisiot.cloud.LocalCloud;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Where contenders connect: to the broker itself, or through the gate, which wants TLS and a signature. Travels to their processes as
 * environment variables.
 *
 * @param caFile null at the broker itself
 * @param credentials null at the broker itself
 */
record Target(URI url, Path caFile, AwsSessionCredentials credentials) {
    private static final String URL = "BENCH_URL";
    private static final String CA_FILE = "BENCH_CA_FILE";
    private static final String KEY = "AWS_ACCESS_KEY_ID";
    private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
    private static final String TOKEN = "AWS_SESSION_TOKEN";

    static Target broker(LocalCloud cloud) {
        return new Target(URI.create("ws://127.0.0.1:" + cloud.broker().webSocketPort() + "/mqtt"), null, null);
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

    static Target of(Map<String, String> environment) {
        URI url = URI.create(environment.get(URL));
        return environment.containsKey(CA_FILE)
                ? new Target(
                        url,
                        Path.of(environment.get(CA_FILE)),
                        AwsSessionCredentials.create(
                                environment.get(KEY), environment.get(SECRET), environment.get(TOKEN)))
                : new Target(url, null, null);
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put(URL, url.toString());
        if (signed()) {
            environment.put(CA_FILE, caFile.toString());
            environment.put(KEY, credentials.accessKeyId());
            environment.put(SECRET, credentials.secretAccessKey());
            environment.put(TOKEN, credentials.sessionToken());
        }
        return environment;
    }

    boolean signed() {
        return credentials != null;
    }
}
