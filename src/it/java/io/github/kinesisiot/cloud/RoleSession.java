package io.github.kinesisiot.cloud;

import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/** A session of the target account's role, for a client that a test writes itself. */
final class RoleSession {
    private RoleSession() {}

    static AwsSessionCredentials assume(LocalCloud cloud) {
        try (StsClient sts = StsClient.builder()
                .region(Region.of(Accounts.SOURCE_REGION))
                .endpointOverride(cloud.sts().endpoint())
                .credentialsProvider(cloud.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .build()) {
            var answer = sts.assumeRole(
                            request -> request.roleArn(cloud.roleArn()).roleSessionName("test"))
                    .credentials();
            return AwsSessionCredentials.create(answer.accessKeyId(), answer.secretAccessKey(), answer.sessionToken());
        }
    }
}
