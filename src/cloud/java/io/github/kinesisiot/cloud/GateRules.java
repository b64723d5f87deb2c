package io.github.kinesisiot.cloud;

/** What of a CONNECT or PUBLISH AWS IoT Core does not take, whoever sends it. Zero is for what it takes. */
final class GateRules {
    private static final int CLIENT_ID_BYTES = 128;
    private static final int PAYLOAD_BYTES = 128 * 1024;
    private static final int USER_PROPERTY_BYTES = 8 * 1024;

    private GateRules() {}

    /** @return the reason for the CONNACK */
    static int refusal(ConnectPacket connect, RolePolicy policy) {
        if (connect.version() != ConnectPacket.VERSION_5) {
            return Reason.UNSUPPORTED_VERSION;
        }
        if (connect.clientIdBytes() > CLIENT_ID_BYTES || connect.clientId().startsWith("$")) {
            return Reason.CLIENT_ID_NOT_VALID;
        }
        if (connect.willQos() > 1) {
            return Reason.QOS_NOT_SUPPORTED;
        }
        // Without one of its own a client gets one that begins so, which a policy by prefix does not allow.
        String asked = connect.clientId().isEmpty() ? "$GEN/" : connect.clientId();
        return policy.allowsConnect(asked) ? 0 : Reason.NOT_AUTHORIZED;
    }

    /**
     * @param topic what the packet says or its alias stands for
     * @return the reason for the DISCONNECT
     */
    static int fatal(PublishHead publish, String topic) {
        if (publish.qos() > 1) {
            return Reason.QOS_NOT_SUPPORTED;
        }
        if (publish.qos() == 1 && publish.id() == 0) {
            return Reason.PROTOCOL_ERROR;
        }
        if (publish.payloadBytes() > PAYLOAD_BYTES) {
            return Reason.PACKET_TOO_LARGE;
        }
        if (!IotTopics.valid(topic) || publish.retained() && IotTopics.isReserved(topic)) {
            return Reason.TOPIC_NAME_INVALID;
        }
        if (!publish.responseTopic().isEmpty() && !IotTopics.withinLimits(publish.responseTopic())) {
            return Reason.TOPIC_NAME_INVALID;
        }
        // The limit is AWS's, the code is a guess: MQTT's for limits of an implementation.
        return publish.userPropertyBytes() > USER_PROPERTY_BYTES ? Reason.QUOTA_EXCEEDED : 0;
    }
}
