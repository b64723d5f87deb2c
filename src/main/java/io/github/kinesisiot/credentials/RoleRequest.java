package io.github.kinesisiot.credentials;

import io.github.kinesisiot.config.RoleSettings;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.PolicyDescriptorType;
import software.amazon.awssdk.services.sts.model.Tag;

/**
 * The AssumeRole request for the settings, with time-outs of its own so that a hanging STS is noticed long before a session ends, and without
 * the SDK's retries: each of ours would be four calls to STS.
 */
public final class RoleRequest {

    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

    private RoleRequest() {}

    public static AssumeRoleRequest of(RoleSettings role) {
        var request = AssumeRoleRequest.builder()
                .roleArn(role.arn())
                .roleSessionName(role.sessionName())
                .durationSeconds(Math.toIntExact(role.sessionDuration().toSeconds()))
                .overrideConfiguration(AwsRequestOverrideConfiguration.builder()
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .apiCallTimeout(CALL_TIMEOUT)
                        .addPlugin(RoleRequest::withoutRetries)
                        .build());
        role.externalId().ifPresent(request::externalId);
        role.sourceIdentity().ifPresent(request::sourceIdentity);
        role.policy().ifPresent(request::policy);
        if (!role.policyArns().isEmpty()) {
            request.policyArns(role.policyArns().stream()
                    .map(arn -> PolicyDescriptorType.builder().arn(arn).build())
                    .toList());
        }
        role.tags().ifPresent(tags -> {
            List<Tag> list = tags.values().entrySet().stream()
                    .map(tag -> Tag.builder()
                            .key(tag.getKey())
                            .value(tag.getValue())
                            .build())
                    .toList();
            request.tags(list).transitiveTagKeys(tags.transitiveKeys());
        });
        return request.build();
    }

    private static void withoutRetries(SdkServiceClientConfiguration.Builder client) {
        client.overrideConfiguration(
                client.overrideConfiguration().copy(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry())));
    }
}
