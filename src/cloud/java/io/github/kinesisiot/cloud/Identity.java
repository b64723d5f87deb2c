package io.github.kinesisiot.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * Who a request is signed by.
 *
 * @param sessionNumber 1 for the first session STS issued, counting up; 0 for the source account's own user
 * @param sessionToken empty for a user
 * @param expiresAt empty for a user
 */
record Identity(
        long sessionNumber,
        String accountId,
        String arn,
        String userId,
        String accessKeyId,
        String secretAccessKey,
        Optional<String> sessionToken,
        Optional<Instant> expiresAt) {

    boolean isAssumedRole() {
        return sessionNumber > 0;
    }

    boolean isExpired(Instant now) {
        return expiresAt.map(end -> !now.isBefore(end)).orElse(false);
    }

    @Override
    public String toString() {
        return arn + " (session " + sessionNumber + ")";
    }
}
