package io.github.kinesisiot.accounts;

import java.util.List;
import java.util.Map;

/**
 * A call to AWS as IAM sees it.
 *
 * @param feature the setting without which it is not made
 * @param caller who makes it
 * @param action as in a policy; its second half is the name of the operation
 */
record BridgeCall(Feature feature, Caller caller, String action, String resource, Map<String, Object> context) {

    static final String STREAM = "arn:aws:kinesis:eu-west-1:111111111111:stream/readings";
    static final String CONSUMER = STREAM + "/consumer/readings-iot-bridge:1795392000";
    static final String TABLE = "arn:aws:dynamodb:eu-west-1:111111111111:table/readings-iot-bridge";
    static final String KEY = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555";
    static final String ROLE = "arn:aws:iam::222222222222:role/kinesis-iot-bridge";
    static final String IOT = "arn:aws:iot:eu-central-1:222222222222:";
    static final String CLIENT = IOT + "client/kinesis-iot-bridge-4f2a-3";
    static final String TOPIC = IOT + "topic/kinesis/device-7";
    static final Map<String, Object> EXTERNAL_ID = Map.of("sts:ExternalId", "tenant-7");
    static final Map<String, Object> TAGS = Map.of("aws:TagKeys", List.of("team"), "aws:RequestTag/team", "iot");
    static final Map<String, Object> IDENTITY = Map.of("sts:SourceIdentity", "plant-7");

    enum Caller {
        /** What runs the bridge, in the source account. */
        BRIDGE,
        /** The session of the role, in the target account. */
        SESSION,
        /** Another role of the source account, with the bridge's own policy. */
        NEIGHBOUR,
        /** A role of a third account, with the bridge's own policy. */
        STRANGER
    }

    /** Everything the bridge ever asks of AWS: the policies allow this. */
    static final List<BridgeCall> MADE = List.of(
            source(Feature.ALWAYS, "kinesis:DescribeStreamSummary", STREAM),
            source(Feature.ALWAYS, "kinesis:ListShards", STREAM),
            source(Feature.ALWAYS, "kinesis:GetShardIterator", STREAM),
            source(Feature.ALWAYS, "kinesis:GetRecords", STREAM),
            source(Feature.FAN_OUT, "kinesis:RegisterStreamConsumer", STREAM),
            source(Feature.FAN_OUT, "kinesis:DescribeStreamConsumer", CONSUMER),
            source(Feature.FAN_OUT, "kinesis:SubscribeToShard", CONSUMER),
            source(Feature.ENCRYPTED_STREAM, "kms:Decrypt", KEY),
            source(Feature.ALWAYS, "dynamodb:CreateTable", TABLE),
            source(Feature.ALWAYS, "dynamodb:DescribeTable", TABLE),
            source(Feature.ALWAYS, "dynamodb:Scan", TABLE),
            source(Feature.ALWAYS, "dynamodb:GetItem", TABLE),
            source(Feature.ALWAYS, "dynamodb:PutItem", TABLE),
            source(Feature.ALWAYS, "dynamodb:UpdateItem", TABLE),
            source(Feature.ALWAYS, "dynamodb:DeleteItem", TABLE),
            source(Feature.ALWAYS, "sts:AssumeRole", ROLE),
            sts(Feature.EXTERNAL_ID, Caller.BRIDGE, "sts:AssumeRole", EXTERNAL_ID),
            sts(Feature.SESSION_TAGS, Caller.BRIDGE, "sts:TagSession", TAGS),
            sts(Feature.SOURCE_IDENTITY, Caller.BRIDGE, "sts:SetSourceIdentity", IDENTITY),
            target(Feature.ALWAYS, "iot:Connect", CLIENT),
            target(Feature.ALWAYS, "iot:Publish", TOPIC),
            target(Feature.ALWAYS, "iot:Publish", IOT + "topic/kinesis/hall-3/device-7"),
            target(Feature.RETAINED_MESSAGES, "iot:RetainPublish", TOPIC));

    /** One step further, in every direction: refused even where every feature is in use. */
    static final List<BridgeCall> BEYOND = List.of(
            source(Feature.ALWAYS, "kinesis:GetRecords", "arn:aws:kinesis:eu-west-1:111111111111:stream/readings-2"),
            source(Feature.ALWAYS, "kinesis:GetRecords", "arn:aws:kinesis:eu-west-1:333333333333:stream/readings"),
            source(Feature.ALWAYS, "kinesis:GetRecords", "arn:aws:kinesis:us-east-1:111111111111:stream/readings"),
            source(Feature.ALWAYS, "kinesis:ListShards", "arn:aws:kinesis:eu-west-1:111111111111:stream/orders"),
            source(Feature.ALWAYS, "kinesis:PutRecord", STREAM),
            source(Feature.ALWAYS, "kinesis:DeleteStream", STREAM),
            source(Feature.ALWAYS, "kinesis:SplitShard", STREAM),
            source(Feature.ALWAYS, "kinesis:DeregisterStreamConsumer", CONSUMER),
            source(Feature.ALWAYS, "kinesis:SubscribeToShard", STREAM + "/consumer/somebody-else:1795392000"),
            source(Feature.ALWAYS, "kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/another"),
            source(Feature.ALWAYS, "kms:Encrypt", KEY),
            source(Feature.ALWAYS, "dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"),
            source(Feature.ALWAYS, "dynamodb:PutItem", TABLE + "-2"),
            source(Feature.ALWAYS, "dynamodb:DeleteTable", TABLE),
            source(Feature.ALWAYS, "dynamodb:UpdateTable", TABLE),
            new BridgeCall(
                    Feature.ALWAYS,
                    Caller.BRIDGE,
                    "sts:AssumeRole",
                    "arn:aws:iam::222222222222:role/administrator",
                    EXTERNAL_ID),
            new BridgeCall(Feature.EXTERNAL_ID, Caller.BRIDGE, "sts:AssumeRole", ROLE, Map.of()),
            sts(Feature.EXTERNAL_ID, Caller.BRIDGE, "sts:AssumeRole", Map.of("sts:ExternalId", "tenant-8")),
            sts(Feature.ALWAYS, Caller.NEIGHBOUR, "sts:AssumeRole", EXTERNAL_ID),
            sts(Feature.ALWAYS, Caller.STRANGER, "sts:AssumeRole", EXTERNAL_ID),
            sts(Feature.ALWAYS, Caller.SESSION, "sts:AssumeRole", EXTERNAL_ID),
            sts(
                    Feature.SESSION_TAGS,
                    Caller.BRIDGE,
                    "sts:TagSession",
                    Map.of("aws:TagKeys", List.of("team", "admin"), "aws:RequestTag/admin", "yes")),
            sts(
                    Feature.SOURCE_IDENTITY,
                    Caller.BRIDGE,
                    "sts:SetSourceIdentity",
                    Map.of("sts:SourceIdentity", "somebody-else")),
            target(Feature.ALWAYS, "iot:Connect", IOT + "client/thermostat-1"),
            target(Feature.ALWAYS, "iot:Connect", "arn:aws:iot:eu-central-1:333333333333:client/kinesis-iot-bridge-0"),
            target(Feature.ALWAYS, "iot:Publish", IOT + "topic/commands/device-7"),
            target(Feature.ALWAYS, "iot:Publish", IOT + "topic/kinesis"),
            target(Feature.ALWAYS, "iot:Publish", IOT + "topic/$aws/things/device-7/shadow/update"),
            target(Feature.ALWAYS, "iot:RetainPublish", IOT + "topic/commands/device-7"),
            target(Feature.ALWAYS, "iot:Subscribe", IOT + "topicfilter/kinesis/#"),
            target(Feature.ALWAYS, "iot:Receive", TOPIC),
            target(Feature.ALWAYS, "kinesis:GetRecords", STREAM));

    String operation() {
        return action.substring(action.indexOf(':') + 1);
    }

    String service() {
        return action.substring(0, action.indexOf(':'));
    }

    @Override
    public String toString() {
        return caller + " " + action + " on " + resource + (context.isEmpty() ? "" : " with " + context);
    }

    private static BridgeCall source(Feature feature, String action, String resource) {
        return new BridgeCall(feature, Caller.BRIDGE, action, resource, Map.of());
    }

    private static BridgeCall target(Feature feature, String action, String resource) {
        return new BridgeCall(feature, Caller.SESSION, action, resource, Map.of());
    }

    private static BridgeCall sts(Feature feature, Caller caller, String action, Map<String, Object> context) {
        return new BridgeCall(feature, caller, action, ROLE, context);
    }
}
