package io.github.kinesisiot.iot;

import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** What the broker said in its CONNACK that it takes. Paho itself lowers QoS and drops the retain flag without a word. */
record BrokerLimits(int receiveMaximum, int maximumQos, boolean retainAvailable, long maximumPacketSize) {

    static final BrokerLimits NONE = new BrokerLimits(65_535, 2, true, Long.MAX_VALUE);

    /** Absent properties mean MQTT's defaults. */
    static BrokerLimits of(MqttProperties connack) {
        if (connack == null) {
            return NONE;
        }
        return new BrokerLimits(
                connack.getReceiveMaximum() == null ? NONE.receiveMaximum : connack.getReceiveMaximum(),
                connack.getMaximumQoS() == null ? NONE.maximumQos : connack.getMaximumQoS(),
                !Boolean.FALSE.equals(connack.isRetainAvailable()),
                connack.getMaximumPacketSize() == null ? NONE.maximumPacketSize : connack.getMaximumPacketSize());
    }

    void check(Message message) {
        if (message.qos() > maximumQos) {
            throw new PublishRefusedException(
                    "QOS_NOT_SUPPORTED", "the broker takes QoS " + maximumQos + " at most, not " + message.qos());
        }
        if (message.retained() && !retainAvailable) {
            throw new PublishRefusedException("RETAIN_NOT_SUPPORTED", "the broker retains no messages");
        }
        if (message.packetBytes() > maximumPacketSize) {
            throw new PublishRefusedException(
                    "PAYLOAD_TOO_LARGE",
                    "the PUBLISH packet has up to %d bytes, the broker takes %d"
                            .formatted(message.packetBytes(), maximumPacketSize));
        }
    }
}
