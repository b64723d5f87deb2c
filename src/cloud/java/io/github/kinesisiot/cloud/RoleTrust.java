package io.github.kinesisiot.cloud;

import java.time.Duration;
import java.util.Optional;

/**
 * What the target account's role asks of whoever assumes it.
 *
 * @param principalArn the one user or role that the trust policy names
 * @param externalId what the trust policy demands, if anything
 * @param tagSession whether the trust policy allows sts:TagSession, which tags need
 * @param setSourceIdentity whether the trust policy allows sts:SetSourceIdentity
 * @param maxSessionDuration the longest DurationSeconds it allows
 * @param sessionLifetime how long a session really lasts, whatever was asked for: seconds, so that renewals can be watched
 */
record RoleTrust(
        String principalArn,
        Optional<String> externalId,
        boolean tagSession,
        boolean setSourceIdentity,
        Duration maxSessionDuration,
        Duration sessionLifetime) {

    RoleTrust withSessionLifetime(Duration lifetime) {
        return new RoleTrust(principalArn, externalId, tagSession, setSourceIdentity, maxSessionDuration, lifetime);
    }
}
