package io.github.kinesisiot.cloud;

/** Reason codes of MQTT 5 that AWS IoT Core answers with. */
public final class Reason {
    public static final int SUCCESS = 0x00;
    public static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    public static final int UNSPECIFIED_ERROR = 0x80;
    public static final int MALFORMED_PACKET = 0x81;
    public static final int PROTOCOL_ERROR = 0x82;
    public static final int UNSUPPORTED_VERSION = 0x84;
    public static final int CLIENT_ID_NOT_VALID = 0x85;
    public static final int NOT_AUTHORIZED = 0x87;
    public static final int SERVER_SHUTTING_DOWN = 0x8b;
    public static final int SESSION_TAKEN_OVER = 0x8e;
    public static final int TOPIC_NAME_INVALID = 0x90;
    public static final int PACKET_ID_IN_USE = 0x91;
    public static final int RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    public static final int TOPIC_ALIAS_INVALID = 0x94;
    /** Not in AWS's list, which is said to be incomplete: the code that MQTT has for it. */
    public static final int PACKET_TOO_LARGE = 0x95;

    public static final int QUOTA_EXCEEDED = 0x97;
    public static final int ADMINISTRATIVE_ACTION = 0x98;
    public static final int QOS_NOT_SUPPORTED = 0x9b;

    private Reason() {}
}
