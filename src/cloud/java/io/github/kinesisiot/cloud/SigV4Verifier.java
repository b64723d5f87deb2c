package io.github.kinesisiot.cloud;

import static java.util.Locale.ROOT;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks AWS Signature Version 4 the way the service at the other end does: it works the signature out again from the request and the
 * secret key, and refuses keys that it does not know, tokens that do not belong to them and sessions that have ended, in the words of that
 * service. Two forms: the {@code Authorization} header, and the presigned URL of a WebSocket to AWS IoT Core, whose session token
 * is not part of what is signed. Which headers are signed is the client's choice, but for those that have to be. Thread-safe.
 */
final class SigV4Verifier {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern AUTHORIZATION = Pattern.compile(
            ALGORITHM + " Credential=([^,\\s]+),\\s*SignedHeaders=([^,\\s]+),\\s*Signature=([0-9a-f]{64})");
    private static final String EMPTY_HASH = sha256(new byte[0]);

    private final String service;
    private final String region;
    private final Optional<String> account;
    private final Clock clock;
    private final Function<String, Optional<Identity>> identities;

    /** For a service that answers to every account: STS, or one whose endpoint decides by itself. */
    SigV4Verifier(String service, String region, Clock clock, Function<String, Optional<Identity>> identities) {
        this(service, region, Optional.empty(), clock, identities);
    }

    /** @param account whose resources the service has; an identity of another account has no permission for them */
    SigV4Verifier(
            String service,
            String region,
            Optional<String> account,
            Clock clock,
            Function<String, Optional<Identity>> identities) {
        this.service = service;
        this.region = region;
        this.account = account;
        this.clock = clock;
        this.identities = identities;
    }

    /** The signer of a request with an {@code Authorization} header; throws when AWS would refuse it. */
    Identity verifyHeader(SignedRequest request) {
        try {
            Identity signer = signerOf(request);
            refuseForeigner(signer, request);
            return signer;
        } catch (RefusedException e) {
            throw ErrorNames.of(service).apply(e);
        }
    }

    private void refuseForeigner(Identity signer, SignedRequest request) {
        if (account.isPresent() && !account.get().equals(signer.accountId())) {
            String target = request.header("X-Amz-Target").orElse("*");
            String action = service + ":" + target.substring(target.lastIndexOf('.') + 1);
            throw new RefusedException(
                    403,
                    "AccessDenied",
                    "User: " + signer.arn() + " is not authorized to perform: " + action
                            + " on resource: * because no identity-based policy allows the " + action + " action");
        }
    }

    private Identity signerOf(SignedRequest request) {
        String authorization = request.header("Authorization")
                .orElseThrow(() -> new RefusedException(
                        403, "MissingAuthenticationToken", "Request is missing Authentication Token"));
        Matcher matcher = AUTHORIZATION.matcher(authorization);
        if (!matcher.matches()) {
            throw incomplete("Authorization header is malformed");
        }
        String signedHeaders = matcher.group(2);
        List<String> names = List.of(signedHeaders.split(";"));
        if (!names.contains("host") || !(names.contains("x-amz-date"))) {
            throw incomplete("'Host' and 'X-Amz-Date' must be signed");
        }
        String date = request.header("X-Amz-Date").orElseThrow(() -> incomplete("X-Amz-Date is missing"));
        Scope scope = Scope.parse(matcher.group(1));
        Identity identity = identityFor(scope, date, request.header("X-Amz-Security-Token"));
        if (identity.sessionToken().isPresent() && !names.contains("x-amz-security-token")) {
            throw incomplete("'X-Amz-Security-Token' must be signed");
        }
        String canonical = canonicalRequest(request, canonicalQuery(query(request)), signedHeaders, bodyHash(request));
        checkSignature(identity, scope, date, canonical, matcher.group(3));
        return identity;
    }

    /** The signer of a WebSocket URL for AWS IoT Core; throws when AWS would refuse it. */
    Identity verifyWebSocketUrl(SignedRequest request) {
        Map<String, String> query = query(request);
        if (!ALGORITHM.equals(query.get("X-Amz-Algorithm"))) {
            throw new RefusedException(403, "MissingAuthenticationToken", "X-Amz-Algorithm is not " + ALGORITHM);
        }
        String signedHeaders = query.getOrDefault("X-Amz-SignedHeaders", "");
        List<String> names = List.of(signedHeaders.split(";"));
        if (!names.contains("host")) {
            throw mismatch("'Host' must be signed");
        }
        String signature = query.getOrDefault("X-Amz-Signature", "");
        String date = query.getOrDefault("X-Amz-Date", "");
        Scope scope = Scope.parse(query.getOrDefault("X-Amz-Credential", ""));
        Optional<String> token = Optional.ofNullable(query.get("X-Amz-Security-Token"));
        Identity identity = identityFor(scope, date, token);
        query.remove("X-Amz-Signature");
        query.remove("X-Amz-Security-Token");
        String canonical = canonicalRequest(request, canonicalQuery(query), signedHeaders, EMPTY_HASH);
        checkSignature(identity, scope, date, canonical, signature);
        return identity;
    }

    /** What the credential of a request says: key/date/region/service/aws4_request. */
    private record Scope(String accessKeyId, String date, String region, String service) {
        static Scope parse(String credential) {
            String[] parts = credential.split("/");
            if (parts.length != 5 || !"aws4_request".equals(parts[4])) {
                throw incomplete("Credential is malformed");
            }
            return new Scope(parts[0], parts[1], parts[2], parts[3]);
        }

        String text() {
            return date + "/" + region + "/" + service + "/aws4_request";
        }
    }

    private Identity identityFor(Scope scope, String date, Optional<String> token) {
        Instant signedAt;
        try {
            signedAt = Instant.from(DATE_TIME.parse(date));
        } catch (DateTimeParseException e) {
            throw incomplete("Date must be in ISO-8601 'basic format'");
        }
        if (!scope.region().equals(region)) {
            throw mismatch("Credential should be scoped to a valid region, not '" + scope.region() + "'.");
        }
        if (!scope.service().equals(service)) {
            throw mismatch("Credential should be scoped to correct service: '" + service + "'.");
        }
        if (!date.startsWith(scope.date())) {
            throw mismatch("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP");
        }
        Instant now = clock.instant();
        if (signedAt.isBefore(now.minus(TOLERANCE))) {
            throw mismatch(
                    "Signature expired: " + date + " is now earlier than " + DATE_TIME.format(now.minus(TOLERANCE)));
        }
        if (signedAt.isAfter(now.plus(TOLERANCE))) {
            throw mismatch("Signature not yet current: " + date + " is still later than "
                    + DATE_TIME.format(now.plus(TOLERANCE)));
        }
        Identity identity = identities
                .apply(scope.accessKeyId())
                .filter(found -> found.sessionToken().equals(token))
                .orElseThrow(() -> new RefusedException(
                        403, "InvalidClientTokenId", "The security token included in the request is invalid."));
        if (identity.isExpired(now)) {
            throw new RefusedException(403, "ExpiredToken", "The security token included in the request is expired");
        }
        return identity;
    }

    private static void checkSignature(
            Identity identity, Scope scope, String date, String canonical, String signature) {
        String toSign =
                String.join("\n", ALGORITHM, date, scope.text(), sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] key = hmac(("AWS4" + identity.secretAccessKey()).getBytes(StandardCharsets.UTF_8), scope.date());
        key = hmac(hmac(hmac(key, scope.region()), scope.service()), "aws4_request");
        byte[] expected = HexFormat.of().formatHex(hmac(key, toSign)).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
            throw mismatch(
                    "The request signature we calculated does not match the signature you provided. Check your AWS Secret"
                            + " Access Key and signing method. Consult the service documentation for details.");
        }
    }

    /** S3 takes what the header says, for bodies that are signed piece by piece; of a whole body it looks whether that is so. */
    private String bodyHash(SignedRequest request) {
        String hash = sha256(request.body());
        String said = request.header("x-amz-content-sha256").orElse(hash);
        if (service.equals("s3") && said.matches("STREAMING-.+|UNSIGNED-PAYLOAD")) {
            return said;
        }
        if (service.equals("s3") && !said.equals(hash)) {
            throw new RefusedException(
                    400,
                    "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
        return hash;
    }

    private String canonicalRequest(SignedRequest request, String query, String signedHeaders, String bodyHash) {
        List<String> names = List.of(signedHeaders.split(";"));
        if (!names.equals(List.copyOf(new TreeSet<>(names)))
                || !signedHeaders.equals(signedHeaders.toLowerCase(ROOT))) {
            throw mismatch("the names of the signed headers must be in lower case and in order, each once");
        }
        request.headers().keySet().stream()
                .map(name -> name.toLowerCase(ROOT))
                .filter(name -> name.startsWith("x-amz-") && !names.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw mismatch("There were headers present in the request which were not signed: " + name);
                });
        StringBuilder headers = new StringBuilder();
        for (String name : names) {
            String value =
                    request.header(name).orElseThrow(() -> mismatch("the signed header " + name + " is missing"));
            headers.append(name)
                    .append(':')
                    .append(value.strip().replaceAll(" +", " "))
                    .append('\n');
        }
        // Encoded once more by all services but S3.
        String path = service.equals("s3")
                ? request.rawPath()
                : List.of(request.rawPath().split("/", -1)).stream()
                        .map(UriEncoding::encode)
                        .collect(Collectors.joining("/"));
        return String.join("\n", request.method(), path, query, headers, signedHeaders, bodyHash);
    }

    /** The parameters, decoded. A repeated one is refused: nothing here needs it, and it would make the check ambiguous. */
    private static Map<String, String> query(SignedRequest request) {
        Map<String, String> parameters = new TreeMap<>();
        if (request.rawQuery().isEmpty()) {
            return parameters;
        }
        for (String pair : request.rawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            String value = parts.length == 2 ? UriEncoding.decode(parts[1]) : "";
            if (parameters.put(UriEncoding.decode(parts[0]), value) != null) {
                throw incomplete("repeated query parameter");
            }
        }
        return parameters;
    }

    private static String canonicalQuery(Map<String, String> parameters) {
        Map<String, String> encoded = new TreeMap<>();
        parameters.forEach((name, value) -> encoded.put(UriEncoding.encode(name), UriEncoding.encode(value)));
        return encoded.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
    }

    private static RefusedException mismatch(String message) {
        return new RefusedException(403, "SignatureDoesNotMatch", message);
    }

    private static RefusedException incomplete(String message) {
        return new RefusedException(400, "IncompleteSignature", message);
    }

    private static byte[] hmac(byte[] key, String data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
