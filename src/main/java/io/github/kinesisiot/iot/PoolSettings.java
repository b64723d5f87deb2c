package io.github.kinesisiot.iot;

import io.github.kinesisiot.config.IotResources;
import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.credentials.SessionSource;
import io.github.kinesisiot.iot.websocket.BrokerAddress;
import io.github.kinesisiot.iot.websocket.TlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Everything a pool is made from. Equal settings share one pool. */
record PoolSettings(Broker broker, Optional<Signing> signing, Login login, Limits limits, Timings timings) {

    /**
     * @param addresses tried in turn; usually one
     * @param clientId prefix of the client ids
     * @param plainSockets for ws and tcp, and under the TLS layer of wss
     * @param tls null when no address needs it
     */
    record Broker(List<BrokerAddress> addresses, String clientId, SocketFactory plainSockets, TlsSettings tls) {}

    /**
     * SigV4, for AWS IoT Core.
     *
     * @param resources for what is to be written into a policy
     */
    record Signing(AwsCredentialsProvider provider, String region, IotResources resources) {

        Signing(AwsCredentialsProvider provider, String region) {
            this(provider, region, IotResources.OF_ANY_TOPIC);
        }

        Optional<SessionSource> sessions() {
            return provider instanceof SessionSource source ? Optional.of(source) : Optional.empty();
        }

        /** What to write into a policy, for the role of the session where that is known. */
        static String statement(String region, AssumedSession session, String action, String resource) {
            String[] arn =
                    session == null ? new String[0] : session.assumedRoleArn().split(":", 6);
            boolean known = arn.length == 6;
            return "Allow %s on arn:%s:iot:%s:%s:%s to %s"
                    .formatted(
                            action,
                            known ? arn[1] : "aws",
                            region,
                            known ? arn[4] : "<account>",
                            resource,
                            known ? arn[5] : "the role in use");
        }
    }

    /** What goes into CONNECT and the upgrade's headers. */
    record Login(
            String userName,
            String password,
            int keepAliveSeconds,
            int receiveMaximum,
            Will will,
            Map<String, String> webSocketHeaders) {

        @Override
        public String toString() {
            return "Login of " + userName;
        }
    }

    record Will(String topic, String payload, int qos, boolean retained, MqttProperties properties) {}

    /**
     * @param publishRate per connection and second; 0 for none
     * @param bytesPerSecond per connection; 0 for none
     * @param maxInFlight per connection, unless the broker wants fewer
     * @param maxQueued publishes that wait for a connection
     * @param topicAliases per connection, unless the broker wants fewer; 0 for none
     */
    record Limits(
            int connections, int publishRate, int bytesPerSecond, int maxInFlight, int maxQueued, int topicAliases) {}

    /**
     * @param publish how long a publish waits for a connection, and again for its PUBACK
     * @param connect for one attempt, from the TCP connect to the CONNACK
     * @param maxBackoff the longest pause between two attempts
     * @param stableAfter a connection that lived so long makes the next pause a short one again
     * @param maxAge a signed connection is replaced at this age, since AWS ends it after a day
     * @param firstAlone how long the first connection of all has the machine to itself, unless it is up or refused before
     */
    record Timings(
            Duration publish,
            Duration connect,
            Duration maxBackoff,
            Duration stableAfter,
            Duration maxAge,
            Duration firstAlone) {}

    /** @param resource the resource of the statement */
    String hint(AssumedSession session, String action, Function<IotResources, String> resource) {
        return signing.map(s -> Signing.statement(s.region(), session, action, resource.apply(s.resources())))
                .orElse("Allow it in the broker's access rules"
                        + (login.userName() == null ? "" : " for user " + login.userName()));
    }
}
