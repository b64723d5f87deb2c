package io.github.kinesisiot.iot;

import java.time.Duration;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Persistence;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Camel's endpoint plus the options of signing and pooling. All of those are for the producer.
 *
 * <p>An unsigned endpoint whose options ask for what only a Paho client of its own can do (a shared {@code client}, stored messages, a
 * session that outlives the connection, no reconnect) gets Camel's producer.
 */
public final class IotMqttEndpoint extends PahoMqtt5Endpoint {

    private static final int SHORT_BACKOFF_MILLIS = 30_000;

    private AwsCredentialsProvider credentialsProvider;
    private String signingRegion;
    private Integer connections;
    private Quotas quotas = Quotas.MQTT;
    private MessageProperties messageProperties;
    private Integer maxQueued;
    private String caFile;
    private Duration publishTimeout;

    IotMqttEndpoint(String uri, String topic, IotMqttComponent component, PahoMqtt5Configuration configuration) {
        super(uri, topic, component, configuration);
    }

    @Override
    public Producer createProducer() throws Exception {
        String stock = stockOption();
        if (stock == null) {
            return new IotMqttProducer(this);
        }
        if (isSigned()) {
            throw new IllegalArgumentException(stock + " cannot be combined with credentialsProvider");
        }
        return super.createProducer();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (isSigned()) {
            throw new IllegalArgumentException(
                    "credentialsProvider: only the producer signs; take it off the 'from' of paho-mqtt5");
        }
        return super.createConsumer(processor);
    }

    @Override
    public IotMqttComponent getComponent() {
        return (IotMqttComponent) super.getComponent();
    }

    boolean isSigned() {
        return credentialsProvider != null;
    }

    // Camel's default lets a single connection stay away for more than two minutes after a long outage.
    void useShortBackoff() {
        getConfiguration()
                .setMaxReconnectDelay(
                        Math.min(SHORT_BACKOFF_MILLIS, getConfiguration().getMaxReconnectDelay()));
    }

    private String stockOption() {
        PahoMqtt5Configuration options = getConfiguration();
        if (getClient() != null) {
            return "client";
        }
        if (options.getPersistence() != PahoMqtt5Persistence.MEMORY) {
            return "persistence=" + options.getPersistence();
        }
        if (!options.isCleanStart()) {
            return "cleanStart=false";
        }
        if (options.getSessionExpiryInterval() > 0) {
            return "sessionExpiryInterval";
        }
        return options.isAutomaticReconnect() ? null : "automaticReconnect=false";
    }

    AwsCredentialsProvider credentialsProvider() {
        return credentialsProvider;
    }

    /** Signs with these credentials, for AWS IoT Core. A SessionSource is followed from session to session. */
    void setCredentialsProvider(AwsCredentialsProvider credentialsProvider) {
        this.credentialsProvider = credentialsProvider;
    }

    String signingRegion() {
        return signingRegion;
    }

    /** Region to sign for; from the host name when absent. */
    void setSigningRegion(String signingRegion) {
        this.signingRegion = signingRegion == null || signingRegion.isBlank() ? null : signingRegion.trim();
    }

    int connections() {
        return connections == null ? 1 : connections;
    }

    /** Connections to the broker. 1 by default, with clientId as it stands; with more, each appends its number. */
    void setConnections(Integer connections) {
        this.connections = connections;
    }

    Quotas quotas() {
        return quotas;
    }

    void setQuotas(Quotas quotas) {
        this.quotas = quotas;
    }

    MessageProperties messageProperties() {
        return messageProperties;
    }

    void setMessageProperties(MessageProperties messageProperties) {
        this.messageProperties = messageProperties;
    }

    int maxQueued() {
        return maxQueued == null ? 10_000 : maxQueued;
    }

    /** Publishes that may wait for a connection; more fail at once. 10000 by default. */
    void setMaxQueued(Integer maxQueued) {
        this.maxQueued = maxQueued;
    }

    String caFile() {
        return caFile;
    }

    /** PEM file with the certificates to trust instead of the JVM's store. */
    void setCaFile(String caFile) {
        this.caFile = caFile == null || caFile.isBlank() ? null : caFile.trim();
    }

    Duration publishTimeout() {
        return publishTimeout == null ? Duration.ofSeconds(30) : publishTimeout;
    }

    /** How long a publish waits for a connection, and again for its PUBACK. 30 s by default. */
    void setPublishTimeout(Duration publishTimeout) {
        this.publishTimeout = publishTimeout;
    }
}
