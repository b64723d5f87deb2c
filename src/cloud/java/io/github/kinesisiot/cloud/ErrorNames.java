package io.github.kinesisiot.cloud;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What the services call the refusals that they share. Those of the query protocol, STS among them, have one set of codes; those of the JSON
 * and CBOR protocols another, and answer all of them with HTTP 400. The sentences are the same.
 */
final class ErrorNames {
    private static final Set<String> JSON_SERVICES = Set.of("kinesis", "dynamodb");

    private static final Map<String, String> JSON_CODES = Map.of(
            "InvalidClientTokenId", "UnrecognizedClientException",
            "ExpiredToken", "ExpiredTokenException",
            "SignatureDoesNotMatch", "InvalidSignatureException",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException",
            "IncompleteSignature", "IncompleteSignatureException",
            "AccessDenied", "AccessDeniedException");

    private ErrorNames() {}

    /** Turns a refusal in the query protocol's terms into one of this service. */
    static UnaryOperator<RefusedException> of(String service) {
        if (!JSON_SERVICES.contains(service)) {
            return UnaryOperator.identity();
        }
        return refusal -> JSON_CODES.containsKey(refusal.code())
                ? new RefusedException(400, JSON_CODES.get(refusal.code()), refusal.getMessage())
                : refusal;
    }
}
