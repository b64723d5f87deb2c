package io.github.kinesisiot.credentials;

import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * One session of the assumed role.
 *
 * @param number 1 for the first session of this process, counting up with each renewal
 * @param credentials the session's credentials; secret, so they are left out of {@link #toString()}
 * @param issuedAt when this process received it
 * @param expiresAt when AWS stops accepting it, from the answer's Expiration
 * @param assumedRoleArn e.g. {@code arn:aws:sts::222222222222:assumed-role/name/session}
 */
public record AssumedSession(
        long number, AwsSessionCredentials credentials, Instant issuedAt, Instant expiresAt, String assumedRoleArn) {

    @Override
    public String toString() {
        return "session " + number + " of " + assumedRoleArn + ", expires " + expiresAt;
    }
}
