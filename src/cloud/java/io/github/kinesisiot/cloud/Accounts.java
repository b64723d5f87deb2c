package io.github.kinesisiot.cloud;

/**
 * The two AWS accounts of the local cloud and what is in them, and a second target for those who ask for it. They are in two regions, so that
 * a signature for the wrong one is noticed.
 */
public final class Accounts {
    /** Owns the stream, the lease table and the bridge's own identity. */
    public static final String SOURCE = "111111111111";
    /** Owns the role and the IoT endpoint. */
    public static final String TARGET = "222222222222";

    /** Owns a role of the same name, and an IoT endpoint once {@link LocalCloud#secondTarget()} has made it. */
    public static final String SECOND_TARGET = "333333333333";

    /** Of the stream, the lease table and STS. */
    public static final String SOURCE_REGION = "eu-west-1";
    /** Of the IoT endpoints, the second target's too. */
    public static final String TARGET_REGION = "eu-central-1";

    static final String BRIDGE_USER_ARN = "arn:aws:iam::" + SOURCE + ":user/bridge";
    static final String BRIDGE_ROLE_NAME = "bridge";
    static final String BRIDGE_ROLE_ARN = "arn:aws:iam::" + SOURCE + ":role/" + BRIDGE_ROLE_NAME;
    static final String ROLE_NAME = "kinesis-iot-bridge";
    static final String ROLE_ARN = "arn:aws:iam::" + TARGET + ":role/" + ROLE_NAME;
    static final String SECOND_ROLE_ARN = "arn:aws:iam::" + SECOND_TARGET + ":role/" + ROLE_NAME;

    private Accounts() {}
}
