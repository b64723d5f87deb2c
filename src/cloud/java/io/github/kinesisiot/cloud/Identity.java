package io.github.kinesisiot.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * Who a request is signed by.
 *
 * @param sessionNumber of the target's role: 1 for the first session STS issued, counting up; 0 for whoever is in the source account
 * @param arn of the user or of the session, as CloudTrail and refusals name it
 * @param principalArn of the user or of the session's role, as a trust policy names it
 * @param sessionToken empty for a user
 * @param issuedAt empty for a user
 * @param expiresAt empty for a user
 */
record Identity(
        long sessionNumber,
        String accountId,
        String arn,
        String principalArn,
        String userId,
        String accessKeyId,
        String secretAccessKey,
        Optional<String> sessionToken,
        Optional<Instant> issuedAt,
        Optional<Instant> expiresAt) {

    /** A session of some role, rather than a user. */
    boolean isAssumedRole() {
        return sessionToken.isPresent();
    }

    boolean isExpired(Instant now) {
        return expiresAt.map(end -> !now.isBefore(end)).orElse(false);
    }

    @Override
    public String toString() {
        return arn + " (session " + sessionNumber + ")";
    }
}
