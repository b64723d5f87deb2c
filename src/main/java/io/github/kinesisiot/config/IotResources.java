package io.github.kinesisiot.config;

/**
 * What policies of the target's role name: resources that hold for every container of the bridge and for every record, where the client id
 * that was refused is that of one host and the topic that of one device.
 *
 * @param topics what all topics of {@code iot.topic} begin with; empty where that is not known, or nothing
 */
public record IotResources(String topics) {

    /** Behind it a client id that nobody has set has the name of its host. */
    static final String DERIVED_CLIENT_ID = "kinesis-iot-bridge-";

    public static final IotResources OF_ANY_TOPIC = new IotResources("");

    /** @param expression of Camel's simple language; one that is always the same topic has nothing in common with another one */
    public static IotResources of(String expression) {
        int function = expression.indexOf("${");
        int named = expression.indexOf("$simple{");
        int end = function < 0 ? named : named < 0 ? function : Math.min(function, named);
        return end < 0 ? OF_ANY_TOPIC : new IotResources(expression.substring(0, end));
    }

    /** The client ids of all connections of all containers. */
    public String clients(String clientId) {
        return "client/" + (clientId.startsWith(DERIVED_CLIENT_ID) ? DERIVED_CLIENT_ID : clientId) + "*";
    }

    /** This topic, with the others of the bridge where it is one of them. */
    public String topic(String topic) {
        return "topic/" + (!topics.isEmpty() && topic.startsWith(topics) ? topics + "*" : topic);
    }

    /** All topics of the bridge, for when it is not told which one was refused. */
    public String allTopics() {
        return "topic/" + (topics.isEmpty() ? "<the topics published to>" : topics + "*");
    }
}
