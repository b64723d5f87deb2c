package io.github.kinesisiot.cloud.training;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;

/** An MQTT broker over WebSocket that lets everybody in and acknowledges everything; nobody can subscribe. */
final class TrainingBroker {
    private TrainingBroker() {}

    static Future<MqttServer> listen(Vertx vertx) {
        MqttServerOptions options = new MqttServerOptions().setUseWebSocket(true);
        options.setHost("127.0.0.1").setPort(0);
        return MqttServer.create(vertx, options)
                .endpointHandler(TrainingBroker::connected)
                .listen();
    }

    private static void connected(MqttEndpoint client) {
        client.publishHandler(message -> {
            if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
                client.publishAcknowledge(
                        message.messageId(), MqttPubAckReasonCode.SUCCESS, MqttProperties.NO_PROPERTIES);
            }
        });
        client.accept(false, limits());
    }

    /** What IoT Core says of its quotas. */
    private static MqttProperties limits() {
        MqttProperties limits = new MqttProperties();
        limits.add(new IntegerProperty(MqttPropertyType.RECEIVE_MAXIMUM.value(), 100));
        limits.add(new IntegerProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value(), 149_504));
        limits.add(new IntegerProperty(MqttPropertyType.TOPIC_ALIAS_MAXIMUM.value(), 8));
        return limits;
    }
}
