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
}
