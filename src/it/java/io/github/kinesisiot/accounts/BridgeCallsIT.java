package io.github.kinesisiot.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.ServiceCall;
import io.github.kinesisiot.cloud.ServiceFront;
import io.github.kinesisiot.cloud.Subscriber;
import io.github.kinesisiot.time.Patience;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;

/** What a running bridge really calls: the table that the policies are judged by is not written from memory. */
class BridgeCallsIT {

    private static final Duration LONG_ENOUGH = Patience.LONG;

    private static LocalCloud cloud;
    private static Subscriber subscriber;

    @BeforeAll
    static void startCloud() {
        cloud = LocalCloud.start();
        subscriber = cloud.subscribe("kinesis/#");
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    // A new version of a library that makes one call more fails in production, where nobody has allowed it.
    @ParameterizedTest
    @CsvSource({"polling, ALWAYS", "fan-out, FAN_OUT"})
    void eachOperationSeenIsOneThatThePoliciesAllow(String retrieval, Feature feature) {
        String stream = "readings-" + retrieval;
        cloud.createStream(stream, 1);
        Map<String, String> settings = new HashMap<>(cloud.environment());
        settings.put("KINESIS_STREAM", stream);
        settings.put("KINESIS_RETRIEVAL", retrieval);
        settings.put("KINESIS_CHECKPOINT_INTERVAL", "500ms");
        subscriber.clear();
        cloud.kinesisFront().forgetCalls();
        cloud.dynamoDbFront().forgetCalls();
        put(stream, 10);
        try (var bridge = BridgeProcess.start(settings, cloud.directory())) {
            await().atMost(LONG_ENOUGH).until(() -> {
                bridge.check();
                return subscriber.count() >= 10;
            });
            if (feature == Feature.ALWAYS) { // The emulator's subscriptions do not survive a split.
                split(stream);
            }
            put(stream, 20);
            await().atMost(LONG_ENOUGH).until(() -> {
                bridge.check();
                return subscriber.count() >= 30;
            });
            assertThat(bridge.stop()).contains(143);
        }
        assertThat(seen(cloud.kinesisFront())).isSubsetOf(made("kinesis", feature));
        assertThat(seen(cloud.dynamoDbFront())).isSubsetOf(made("dynamodb", feature));
        assertThat(seen(cloud.kinesisFront()))
                .contains("ListShards", feature == Feature.FAN_OUT ? "SubscribeToShard" : "GetRecords");
        assertThat(cloud.sts().calls())
                .extracting(call -> call.action())
                .isNotEmpty()
                .isSubsetOf(made("sts", feature));
    }

    private static Set<String> made(String service, Feature feature) {
        return BridgeCall.MADE.stream()
                .filter(call -> call.service().equals(service))
                .filter(call -> List.of(Feature.ALWAYS, feature).contains(call.feature()))
                .map(BridgeCall::operation)
                .collect(Collectors.toSet());
    }

    private static void put(String stream, int count) {
        for (int i = 0; i < count; i++) {
            String key = "device-" + i;
            cloud.kinesis()
                    .putRecord(request ->
                            request.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(key)));
        }
    }

    /** The end of a shard is when leases are made and deleted. */
    private static void split(String stream) {
        cloud.kinesis().splitShard(request -> request.streamName(stream)
                .shardToSplit("shardId-000000000000")
                .newStartingHashKey(BigInteger.TWO.pow(127).toString()));
    }

    /** The test's own calls use the same front and the same key as the bridge's. */
    private static Set<String> seen(ServiceFront front) {
        Set<String> ofTheTest = Set.of("PutRecord", "SplitShard");
        return front.calls().stream()
                .map(ServiceCall::operation)
                .filter(operation -> !ofTheTest.contains(operation))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
