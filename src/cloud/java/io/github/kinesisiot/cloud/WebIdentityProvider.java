package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The identity provider that the source account trusts, a cluster's for example: it issues signed tokens to the bridge's service account, and
 * STS checks them here, with AWS's refusals. Thread-safe.
 */
final class WebIdentityProvider {
    private static final String ISSUER = "https://oidc.local-cloud.example/id/1";
    private static final String AUDIENCE = "sts.amazonaws.com";
    private static final String SUBJECT = "system:serviceaccount:bridge:kinesis-iot-bridge";
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final Clock clock;
    private final KeyPair keys;

    WebIdentityProvider(Clock clock) {
        this.clock = clock;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            this.keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String issue(Duration lifetime) {
        return issue(ISSUER, AUDIENCE, lifetime);
    }

    String issue(String issuer, String audience, Duration lifetime) {
        Instant now = clock.instant();
        String header = Json.write(Map.of("alg", "ES256", "typ", "JWT", "kid", "1"));
        String claims = Json.write(Map.of(
                "iss",
                issuer,
                "aud",
                audience,
                "sub",
                SUBJECT,
                "iat",
                now.getEpochSecond(),
                "exp",
                now.plus(lifetime).getEpochSecond(),
                "jti",
                UUID.randomUUID().toString()));
        String signed =
                part(header.getBytes(StandardCharsets.UTF_8)) + "." + part(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + part(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whose token it is; throws when AWS would refuse it. */
    String subjectOf(String token) {
        String[] parts = token.split("\\.", -1);
        JsonNode claims = parts.length != 3
                ? null
                : decoded(parts[1])
                        .flatMap(bytes -> Json.read(new String(bytes, StandardCharsets.UTF_8)))
                        .orElse(null);
        if (claims == null || !claims.isObject()) {
            throw invalid(
                    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
        }
        if (!ISSUER.equals(claims.path("iss").asText())) {
            throw invalid("No OpenIDConnect provider found in your account for "
                    + claims.path("iss").asText());
        }
        if (!isSigned(parts)) {
            throw invalid(
                    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity"
                            + " documentation for requirements");
        }
        if (!AUDIENCE.equals(claims.path("aud").asText())) {
            throw invalid("Incorrect token audience");
        }
        long now = clock.instant().getEpochSecond();
        long end = claims.path("exp").asLong();
        if (now >= end) {
            throw new RefusedException(
                    400,
                    "ExpiredTokenException",
                    "Token expired: current date/time " + now + " must be before the expiration date/time " + end);
        }
        return claims.path("sub").asText();
    }

    private boolean isSigned(String[] parts) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            Optional<byte[]> given = decoded(parts[2]);
            return given.isPresent() && signature.verify(given.get());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Optional<byte[]> decoded(String part) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String part(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(400, "InvalidIdentityToken", message);
    }
}
