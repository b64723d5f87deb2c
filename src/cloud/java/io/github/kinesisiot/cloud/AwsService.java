package io.github.kinesisiot.cloud;

import java.util.Locale;

/** A service of the source account, by the name that is signed for and that policies use. */
enum AwsService {
    KINESIS,
    DYNAMODB,
    SQS,
    S3;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A refused signature as the service words it; the verifier speaks as STS does. */
    RefusedException signature(RefusedException refusal) {
        if (this == SQS || this == S3 || refusal.code().endsWith("Exception")) {
            return refusal;
        }
        String code =
                switch (refusal.code()) {
                    case "SignatureDoesNotMatch" -> "InvalidSignatureException";
                    case "InvalidClientTokenId" -> "UnrecognizedClientException";
                    default -> refusal.code() + "Exception";
                };
        return new RefusedException(400, code, refusal.getMessage());
    }
}
